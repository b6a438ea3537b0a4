using Serilog.AspNetCore;
using Serilog.Events;

namespace Serilog
{
    /// <summary>Collects properties for the request's one log event.</summary>
    internal interface IDiagnosticContext
    {
        void Set(string propertyName, object value, bool destructureObjects = false);
    }

    /// <summary>One log event a request, as Serilog.AspNetCore writes it: method, path without query, status, time.</summary>
    internal static class SerilogApplicationBuilderExtensions
    {
        public static IApplicationBuilder UseSerilogRequestLogging(this IApplicationBuilder app, Action<RequestLoggingOptions> configureOptions)
        {
            var options = new RequestLoggingOptions();
            configureOptions(options);
            var logger = (options.Logger ?? Log.Logger).ForContext("SourceContext", "Serilog.AspNetCore.RequestLoggingMiddleware");
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

                void Write(int status, Exception? exception)
                {
                    var line = new RequestLine(logger);
                    options.EnrichDiagnosticContext?.Invoke(line, context);
                    line.Logger.Write(
                        status >= 500 ? LogEventLevel.Error : LogEventLevel.Information,
                        exception,
                        "HTTP {RequestMethod} {RequestPath} responded {StatusCode} in {Elapsed:0.0000} ms",
                        context.Request.Method,
                        context.Request.Path.Value,
                        status,
                        clock.GetElapsedTime(start).TotalMilliseconds);
                }
            });
        }

        private sealed class RequestLine(ILogger logger) : IDiagnosticContext
        {
            public ILogger Logger { get; private set; } = logger;

            public void Set(string propertyName, object value, bool destructureObjects = false) =>
                Logger = Logger.ForContext(propertyName, value, destructureObjects);
        }
    }
}

namespace Serilog.AspNetCore
{
    /// <summary>What a request's log event is made of.</summary>
    internal sealed class RequestLoggingOptions
    {
        public ILogger? Logger { get; set; }

        public Action<IDiagnosticContext, HttpContext>? EnrichDiagnosticContext { get; set; }
    }
}
