namespace BffBroker.Endpoints;

/// <summary>Instants, as answers write them.</summary>
internal static class Instants
{
    public static DateTime WholeSeconds(this DateTimeOffset instant) => DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds()).UtcDateTime;
}
