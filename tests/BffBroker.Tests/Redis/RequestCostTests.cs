using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using BffBroker.Tests.Api;
using BffBroker.Tests.Gateways;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Redis;

public sealed partial class RequestCostTests
{
    // What a node asks without any request.
    private static readonly string[] OfUpkeep = [" ping ", " info ", " read_keys "];

    [Theory]
    [InlineData("/me")]
    [InlineData("/session")]
    [InlineData("/session?touch=false")]
    [InlineData("/api/orders")]
    [InlineData("/auth/nginx")]
    [InlineData("/auth/forward")]
    public async Task A_request_with_a_valid_session_costs_one_round_trip_and_no_write(string path)
    {
        using var redis = await OwnRedis.StartAsync();
        await using var world = await ApiWorld.LoggedInAsync(GatewayWorld.Trust, ("ConnectionStrings:Redis", redis.ConnectionString), ("Redis:Timeout", "00:00:05"));
        await AskAsync();
        await redis.CommandAsync("CONFIG", "RESETSTAT");
        using var measured = new Measurements(world.World.Broker.Services);

        for (var i = 0; i < 10; i++)
        {
            await AskAsync();
        }

        var calls = Calls.Matches(await redis.CommandAsync("INFO", "commandstats")).Where(match => !match.Value.Contains("resetstat", StringComparison.Ordinal)).ToDictionary(
            match => match.Groups["command"].Value, match => int.Parse(match.Groups["calls"].Value, CultureInfo.InvariantCulture));
        Assert.Equal(10, calls["hmget"]);
        Assert.Equal(
            Enumerable.Repeat("bff.redis.duration load ok", 10),
            measured.All.Where(entry => entry.StartsWith("bff.redis", StringComparison.Ordinal) && !OfUpkeep.Any(word => entry.Contains(word, StringComparison.Ordinal))));
        Assert.DoesNotContain(calls.Keys, command => command.Contains("set", StringComparison.Ordinal) || command is "eval" or "evalsha" or "del" or "pexpire");

        async Task AskAsync() => Assert.Equal(
            HttpStatusCode.OK,
            (await world.SendAsync(HttpMethod.Get, path, [("X-Forwarded-Host", BrokerServer.Authority), ("X-Forwarded-Uri", "/"), ("Sec-Fetch-Site", "same-origin"), .. GatewayWorld.Fetch])).StatusCode);
    }

    [GeneratedRegex("^cmdstat_(?<command>[^:]+):calls=(?<calls>[0-9]+)", RegexOptions.Multiline)]
    private static partial Regex Calls { get; }
}
