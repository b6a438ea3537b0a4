using System.Text.Json;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>What an operator hears of a broker.</summary>
internal static class BrokerHealth
{
    public static async Task<JsonElement> ReadinessAsync(this BrokerServer broker) => await (await broker.HealthAsync("ready")).JsonAsync();

    public static async Task<bool> IsAlarmedAsync(this BrokerServer broker) =>
        (await broker.ReadinessAsync()).TryGetProperty("warnings", out var warnings) && warnings.EnumerateArray().Any(warning => warning.GetString() == "key_ring_tampered");
}
