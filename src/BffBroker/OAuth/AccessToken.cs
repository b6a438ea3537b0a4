namespace BffBroker.OAuth;

/// <summary>An access token. Printing one is always a mistake, so <see cref="ToString"/> never does.</summary>
internal readonly record struct AccessToken(string Value)
{
    public override string ToString() => "[access token]";
}
