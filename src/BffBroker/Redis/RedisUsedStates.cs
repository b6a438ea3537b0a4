using System.Buffers.Text;
using System.Security.Cryptography;
using BffBroker.OAuth;
using BffBroker.Sessions;
using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>Marks <c>bff:used:hash</c> of the nonces that came back, for longer than a <c>state</c> is good.</summary>
internal sealed class RedisUsedStates(RedisConnection redis, TimeProvider clock) : IUsedStates
{
    private static readonly RedisScript Unmark = RedisScript.DeleteOwn("unmark");

    public async Task<bool> TryMarkAsync(LoginState state)
    {
        var key = redis.Options.Key("used:" + Base64Url.EncodeToString(SHA256.HashData(state.Nonce)));
        var attempt = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        try
        {
            return await redis.RunAsync("mark", database => database.StringSetAsync(key, attempt, LoginStates.Remembered, When.NotExists));
        }
        catch (StoreUnavailableException exception) when (exception.IsOutcomeUnknown)
        {
            // The mark may have been made, or may still be. Taken back, so that the browser's next try of the same URL works.
            _ = TakeBackAsync(key, attempt);
            throw;
        }
    }

    private async Task TakeBackAsync(string key, string attempt)
    {
        for (var tries = 0; tries < 60; tries++)
        {
            try
            {
                _ = await redis.EvaluateAsync(Unmark, [key], attempt);
                return;
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), clock);
            }
        }
    }
}
