using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Flows;

/// <summary>The broker's binary as operators run it: Production, Redis, a certificate.</summary>
public sealed class ProductionTests(RedisServer redis) : IDisposable
{
    private readonly string _prefix = $"test-{Guid.NewGuid():N}:";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_nodes_share_a_session_and_both_may_be_killed()
    {
        await using var amazon = await AmazonServer.StartAsync();
        var settings = BrokerProcess.Settings(amazon.Url, redis.ConnectionString, _prefix, _folder.Path);
        using var browser = new Browser();
        var starting = (BrokerProcess.StartAsync(settings), BrokerProcess.StartAsync(settings));
        await using var first = await starting.Item1;
        await using var second = await starting.Item2;

        browser.Route(BrokerServer.Authority, first.Url);
        await browser.VisitAsync(World.At("/login"));
        browser.Route(BrokerServer.Authority, second.Url);
        Assert.Equal(HttpStatusCode.OK, (await FetchAsync(browser, "/me")).StatusCode);
        var halfWay = await browser.VisitAsync(World.At("/login?returnUrl=%2Fthere"), url => url.AbsolutePath == "/callback");

        first.Kill();
        second.Kill();

        await using var risen = await BrokerProcess.StartAsync(settings);
        browser.Route(BrokerServer.Authority, risen.Url);
        Assert.Equal(HttpStatusCode.OK, (await FetchAsync(browser, "/me")).StatusCode);
        Assert.Equal("/there", (await browser.OpenAsync(halfWay.Url)).Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task A_lost_key_ring_answers_503_keeps_the_record_and_lets_the_user_log_in_anew()
    {
        await using var amazon = await AmazonServer.StartAsync();
        var settings = BrokerProcess.Settings(amazon.Url, redis.ConnectionString, _prefix, _folder.Path);
        using var browser = new Browser();
        await using (var broker = await BrokerProcess.StartAsync(settings))
        {
            browser.Route(BrokerServer.Authority, broker.Url);
            await browser.VisitAsync(World.At("/login"));
        }

        await redis.Database.KeyDeleteAsync(_prefix + "keys");
        await using var successor = await BrokerProcess.StartAsync(settings);
        browser.Route(BrokerServer.Authority, successor.Url);

        var problem = await (await FetchAsync(browser, "/me")).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        Assert.Equal("http://localhost:8080/login", problem.GetProperty("loginUrl").GetString());
        Assert.Contains($"{_prefix}{{", await redis.DumpAsync(_prefix), StringComparison.Ordinal);
        Assert.Contains("does not open", successor.Output, StringComparison.Ordinal);

        await browser.VisitAsync(World.At("/login"));
        Assert.Equal(HttpStatusCode.OK, (await FetchAsync(browser, "/me")).StatusCode);
    }

    private static Task<HttpResponseMessage> FetchAsync(Browser browser, string path) => browser.FetchAsync(HttpMethod.Get, World.At(path));
}
