using Serilog.Events;

namespace Serilog;

/// <summary>One log event a request, as Serilog.AspNetCore writes it: method, path without query, status, time.</summary>
internal static class SerilogApplicationBuilderExtensions
{
    public static IApplicationBuilder UseSerilogRequestLogging(this IApplicationBuilder app)
    {
        var logger = app.ApplicationServices.GetRequiredService<ILogger>().ForContext("SourceContext", "Serilog.AspNetCore.RequestLoggingMiddleware");
        var clock = app.ApplicationServices.GetService<TimeProvider>() ?? TimeProvider.System;
        return app.Use(next => async context =>
        {
            var start = clock.GetTimestamp();
            try
            {
                await next(context);
                Write(context.Response.StatusCode, null);
            }
            catch (Exception exception)
            {
                Write(StatusCodes.Status500InternalServerError, exception);
                throw;
            }

            void Write(int status, Exception? exception) => logger.Write(
                status >= 500 ? LogEventLevel.Error : LogEventLevel.Information,
                exception,
                "HTTP {RequestMethod} {RequestPath} responded {StatusCode} in {Elapsed:0.0000} ms",
                context.Request.Method,
                context.Request.Path.Value,
                status,
                clock.GetElapsedTime(start).TotalMilliseconds);
        });
    }
}
