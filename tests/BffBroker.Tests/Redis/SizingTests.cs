using System.Globalization;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Redis;

/// <summary>The numbers that operators buy memory by.</summary>
public sealed class SizingTests(RedisServer redis)
{
    [Fact]
    public async Task A_session_takes_as_much_memory_of_Redis_as_the_guide_says()
    {
        await using var world = await World.StartAsync(redis);
        await world.LogInAsync();
        var index = (await redis.Database.KeysAsync($"{world.KeyPrefix}user:*")).Single();

        Assert.InRange(await SizeAsync(world.RecordKey) + await SizeAsync(index), Documented * 3 / 4, Documented);
    }

    // The first row is that of a user with one session, and of tokens as the simulator gives them.
    private static long Documented => long.Parse(
        Documents.Table("docs/operations.md", "### Memory of Redis")[0][1].Split(' ')[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private async Task<long> SizeAsync(string key) => (long)await redis.Database.ExecuteAsync("MEMORY", "USAGE", key, "SAMPLES", "0");
}
