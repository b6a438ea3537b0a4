namespace BffBroker.Endpoints;

/// <summary>What a gateway was answered, in the words of the metrics.</summary>
internal static class GatewayCheckOutcome
{
    public const string Allowed = "allowed";

    /// <summary>No live session.</summary>
    public const string Unauthenticated = "unauthenticated";

    /// <summary>A session that may not pass, or a gateway that is not to be answered.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>It could not be found out.</summary>
    public const string Unavailable = "unavailable";

    public static IReadOnlyList<string> All { get; } = [Allowed, Unauthenticated, Forbidden, Unavailable];
}
