using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace BffBroker.Telemetry;

/// <summary>
/// Takes off every line the path that ASP.NET Core's own scope puts there: it may carry a whole session handle or a user id. The request's line
/// shows the endpoint's pattern, which its message names.
/// </summary>
internal sealed class RequestPathOfScope : ILogEventEnricher
{
    private const string Property = "RequestPath";

    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        if (!logEvent.MessageTemplate.Tokens.OfType<PropertyToken>().Any(token => token.PropertyName == Property))
        {
            logEvent.RemovePropertyIfPresent(Property);
        }
    }
}
