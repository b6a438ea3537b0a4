namespace BffBroker.Amazon;

/// <summary>What Amazon is asked for.</summary>
internal sealed class AmazonOperation
{
    private AmazonOperation(string name) => Name = name;

    public static AmazonOperation CodeExchange { get; } = new("authorization_code");

    public static AmazonOperation Refresh { get; } = new("refresh_token");

    public static AmazonOperation TokenInfo { get; } = new("tokeninfo");

    public static AmazonOperation Profile { get; } = new("profile");

    /// <summary>As logs and metrics call it.</summary>
    public string Name { get; }

    public override string ToString() => Name;
}
