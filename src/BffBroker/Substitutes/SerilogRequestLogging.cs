using System.Diagnostics;
using Serilog.AspNetCore;
using Serilog.Events;
using Serilog.Parsing;

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
        private static readonly MessageTemplate Template =
            new MessageTemplateParser().Parse("HTTP {RequestMethod} {RequestPath} responded {StatusCode} in {Elapsed:0.0000} ms");

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
                    var elapsed = clock.GetElapsedTime(start).TotalMilliseconds;
                    var level = options.GetLevel(context, elapsed, exception);
                    if (logger.IsEnabled(level))
                    {
                        var line = new RequestLine();
                        options.EnrichDiagnosticContext?.Invoke(line, context);
                        var properties = line.Properties.Concat(options.GetMessageTemplateProperties(context, context.Request.Path.Value ?? "", elapsed, status));
                        var span = Activity.Current;
                        logger.Write(new LogEvent(clock.GetLocalNow(), level, exception, Template, properties, span?.TraceId ?? default, span?.SpanId ?? default));
                    }
                }
            });
        }

        private sealed class RequestLine : IDiagnosticContext
        {
            public List<LogEventProperty> Properties { get; } = [];

            public void Set(string propertyName, object value, bool destructureObjects = false) => Properties.Add(new(propertyName, new ScalarValue(value)));
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

        public Func<HttpContext, double, Exception?, LogEventLevel> GetLevel { get; set; } = (http, _, exception) =>
            exception is not null || http.Response.StatusCode >= 500 ? LogEventLevel.Error : LogEventLevel.Information;

        public Func<HttpContext, string, double, int, IEnumerable<LogEventProperty>> GetMessageTemplateProperties { get; set; } = (http, path, elapsed, status) =>
        [
            new("RequestMethod", new ScalarValue(http.Request.Method)),
            new("RequestPath", new ScalarValue(path)),
            new("StatusCode", new ScalarValue(status)),
            new("Elapsed", new ScalarValue(elapsed)),
        ];
    }
}
