using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>One site for all tests of a class, whose gateways pass on who the user is.</summary>
public class SharedSite(RedisServer redis) : IAsyncLifetime
{
    internal ProtectedSite Site { get; private set; } = null!;

    internal virtual (string Key, string Value)[] Settings => [];

    public async ValueTask InitializeAsync() => Site = await ProtectedSite.StartAsync(redis.ConnectionString, Settings);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Site is null ? ValueTask.CompletedTask : Site.DisposeAsync();
    }
}

/// <summary>And the access token.</summary>
public sealed class SharedSiteWithToken(RedisServer redis) : SharedSite(redis)
{
    internal override (string Key, string Value)[] Settings => GatewayWorld.PassToken;
}
