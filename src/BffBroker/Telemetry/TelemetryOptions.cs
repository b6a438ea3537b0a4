using Microsoft.Extensions.Options;

namespace BffBroker.Telemetry;

/// <summary>OpenTelemetry's own variables, as far as they are checked. The SDK reads them itself, and would ignore what it does not understand.</summary>
internal sealed class TelemetryOptions
{
    public const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    public const string ProtocolKey = "OTEL_EXPORTER_OTLP_PROTOCOL";
    public const string HeadersKey = "OTEL_EXPORTER_OTLP_HEADERS";

    /// <summary>Without it nothing is exported.</summary>
    public string? Endpoint { get; set; }

    public string? Protocol { get; set; }

    public string? Headers { get; set; }
}

/// <summary>A wrong one must not be silence.</summary>
internal sealed class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>
{
    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        var problems = new List<string>();
        if (!string.IsNullOrWhiteSpace(options.Endpoint)
            && !(Uri.TryCreate(options.Endpoint, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)))
        {
            problems.Add($"{TelemetryOptions.EndpointKey}: Must be an absolute http or https URL, that of an OTLP receiver, for example 'http://collector:4317'. Remove it to export nothing.");
        }

        if (options.Protocol is not (null or "" or "grpc" or "http/protobuf"))
        {
            problems.Add($"{TelemetryOptions.ProtocolKey}: Must be 'grpc' (usually port 4317) or 'http/protobuf' (usually port 4318).");
        }

        if (!string.IsNullOrEmpty(options.Headers) && !options.Headers.Split(',').All(header => header.IndexOf('=', StringComparison.Ordinal) > 0))
        {
            problems.Add($"{TelemetryOptions.HeadersKey}: Must be headers as name=value, separated by commas, for example 'x-api-key=…'.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
