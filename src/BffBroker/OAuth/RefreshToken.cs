namespace BffBroker.OAuth;

/// <summary>A refresh token. Printing one is always a mistake, so <see cref="ToString"/> never does.</summary>
internal readonly record struct RefreshToken(string Value)
{
    public override string ToString() => "[refresh token]";
}
