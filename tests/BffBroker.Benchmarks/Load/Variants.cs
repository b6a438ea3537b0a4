namespace BffBroker.Benchmarks.Load;

/// <summary>The broker beside itself with one thing changed: what each of its settings brings.</summary>
internal static class Variants
{
    private const string AsItIs = "as it is";

    public static async Task<IReadOnlyList<Rate>> MeasureAsync(string assembly, Backends backends, RunningBroker broker, string cookies, Plan plan, ICollection<string> problems)
    {
        (string Name, (string, string)[] Settings)[] changes =
        [
            ("with the server's garbage collector", [("DOTNET_gcServer", "1")]),
            ("without profile-guided optimization", [("DOTNET_TieredPGO", "0")]),
            ("with telemetry", [("OTEL_EXPORTER_OTLP_ENDPOINT", backends.Amazon.ToString()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")]),
            ("with a log line for each request", [("Serilog__MinimumLevel__Override__Serilog.AspNetCore.RequestLoggingMiddleware", "Debug")]),
        ];
        var brokers = new List<(string Name, RunningBroker Broker)> { (AsItIs, broker) };
        try
        {
            foreach (var (name, settings) in changes)
            {
                brokers.Add((name, await RunningBroker.StartAsync(assembly, backends, settings)));
            }

            string[] paths = ["/auth/nginx", "/me"];
            var scenarios = paths.SelectMany(path => brokers.Select(variant => new Scenario(
                $"{path} {variant.Name}", variant.Broker.Process, new Uri(variant.Broker.Url, path), cookies, variant.Name == AsItIs ? null : $"{path} {AsItIs}")));
            return await new Rates(plan with { Connections = [plan.Connections[^1]], Round = TimeSpan.FromSeconds(1) }, [.. scenarios], problems).MeasureAsync();
        }
        finally
        {
            brokers.Skip(1).ToList().ForEach(variant => variant.Broker.Dispose());
        }
    }
}
