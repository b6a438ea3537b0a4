using System.Buffers.Text;
using System.Security.Cryptography;
using BffBroker.OAuth;
using BffBroker.Redis;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Redis;

public sealed class UsedStateTests(RedisServer redis)
{
    [Theory]
    [InlineData("protocol=resp3")]
    [InlineData("protocol=resp2")]
    public async Task The_use_of_a_state_is_remembered_for_15_minutes_which_is_longer_than_it_is_good(string protocol)
    {
        await using var services = RedisServices.Of($"{redis.LeastPrivilegedConnectionString},{protocol}", $"test-{Guid.NewGuid():N}:");
        var state = LoginState.Begin(ReturnUrl.Root, Scopes.None, CookieSecret.Create(), TimeProvider.System.GetUtcNow());

        Assert.True(await ActivatorUtilities.CreateInstance<RedisUsedStates>(services).TryMarkAsync(state));

        var connection = services.GetRequiredService<RedisConnection>();
        var key = connection.Options.Key("used:" + Base64Url.EncodeToString(SHA256.HashData(state.Nonce)));
        var life = await redis.Database.KeyTimeToLiveAsync(key);
        Assert.InRange(life!.Value, TimeSpan.FromMinutes(13), TimeSpan.FromMinutes(15));
    }
}
