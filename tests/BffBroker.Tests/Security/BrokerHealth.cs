using System.Text.Json;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>What an operator hears of a broker.</summary>
internal static class BrokerHealth
{
    public static async Task<JsonElement> ReadinessAsync(this BrokerServer broker)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(broker.ManagementUrl, "/health/ready"), TestContext.Current.CancellationToken);
        return await answer.JsonAsync();
    }

    public static async Task<bool> IsReadyAsync(this BrokerServer broker) => (await broker.ReadinessAsync()).GetProperty("status").GetString() == "ready";

    public static async Task<bool> IsAlarmedAsync(this BrokerServer broker) =>
        (await broker.ReadinessAsync()).TryGetProperty("warnings", out var warnings) && warnings.EnumerateArray().Any(warning => warning.GetString() == "key_ring_tampered");
}
