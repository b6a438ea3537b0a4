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
    public async Task The_main_job_leaves_nothing_readable_in_Redis_and_nothing_secret_in_the_log()
    {
        await using var amazon = await AmazonServer.StartAsync();
        amazon.Simulator.Settings.TokenLifetime = TimeSpan.FromSeconds(2);
        var settings = BrokerProcess.Settings(amazon.Url, redis.ConnectionString, _prefix, _folder.Path);
        settings["Serilog:MinimumLevel:Default"] = "Verbose";
        settings["Serilog:MinimumLevel:Override:Microsoft.AspNetCore"] = "Verbose";
        await using var broker = await BrokerProcess.StartAsync(settings);
        using var browser = new Browser().Route(BrokerServer.Authority, broker.Url);

        var callback = (await browser.VisitAsync(World.At("/login"), url => url.AbsolutePath == "/callback")).Url;
        await browser.OpenAsync(callback);
        var me = await FetchAsync(browser, "/me");
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        await Wait.UntilAsync(async () => (await FetchAsync(browser, "/me")).StatusCode == HttpStatusCode.OK && amazon.Refreshes > 0, "a refresh");

        await SendMalformedAsync(broker.Url, $"GET /callback{callback.Query} HTTP/1.1 extra\r\n\r\n");
        await SendMalformedAsync(broker.Url, $"GET / HTTP/1.1\r\nHost: x\r\nCookie : __Host-bff={browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")}\r\n\r\n");

        var user = await me.JsonAsync();
        var query = System.Web.HttpUtility.ParseQueryString(callback.Query);
        var secrets = new Dictionary<string, string>
        {
            ["session cookie"] = browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")!,
            ["login cookie"] = browser.Cookie(BrokerServer.PublicUrl, "__Host-bff-login")!,
            ["user id"] = user.GetProperty("user_id").GetString()!,
            ["name"] = user.GetProperty("name").GetString()!,
            ["e-mail"] = user.GetProperty("email").GetString()!,
            ["access token"] = "Atza|",
            ["refresh token"] = "Atzr|",
            ["code"] = query["code"]!,
            ["state"] = query["state"]!,
            ["client secret"] = AmazonSimulator.SimulatedClient.DefaultSecret,
            ["escaped access token"] = "Atza%7C",
        };
        var dump = await redis.DumpAsync(_prefix);
        Assert.Contains($"{_prefix}{{", dump, StringComparison.Ordinal);
        Assert.Contains("<signed certificate=", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("masterKey", dump, StringComparison.OrdinalIgnoreCase);
        Assert.All(secrets, secret => Assert.False(dump.Contains(secret.Value, StringComparison.Ordinal), $"Redis shows the {secret.Key}."));

        Assert.Equal(HttpStatusCode.NoContent, (await browser.FetchAsync(HttpMethod.Post, World.At("/logout"))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await FetchAsync(browser, "/me")).StatusCode);
        browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", secrets["session cookie"]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await FetchAsync(browser, "/me")).StatusCode);

        var lines = broker.Output.Split('\n');
        Assert.All(secrets, secret => Assert.DoesNotContain(lines, line => line.Contains(secret.Value, StringComparison.Ordinal)));
        Assert.Contains("\"RequestPath\":\"/callback\"", broker.Output, StringComparison.Ordinal);
    }

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
    public async Task SIGTERM_during_a_refresh_lets_it_be_saved()
    {
        await using var amazon = await AmazonServer.StartAsync();
        amazon.Simulator.Settings.TokenLifetime = TimeSpan.FromSeconds(2);
        amazon.Simulator.Settings.RefreshMode = AmazonSimulator.RefreshMode.NewTokenOldDies;
        amazon.Simulator.Settings.ReuseDetection = true;
        var settings = BrokerProcess.Settings(amazon.Url, redis.ConnectionString, _prefix, _folder.Path);
        using var browser = new Browser();
        var answer = new TaskCompletionSource();
        await using (var broker = await BrokerProcess.StartAsync(settings))
        {
            browser.Route(BrokerServer.Authority, broker.Url);
            await browser.VisitAsync(World.At("/login"));
            amazon.Simulator.Faults.Enqueue(AmazonSimulator.Operation.Refresh, AmazonSimulator.Fault.Until(answer.Task) with { AfterProcessing = true });
            amazon.Simulator.Settings.TokenLifetime = TimeSpan.FromHours(1);
            await Wait.UntilAsync(() => { _ = FetchAsync(browser, "/me"); return amazon.Refreshes > 0; }, "a refresh to begin");

            var exit = broker.TerminateAsync();
            await Wait.UntilAsync(() => broker.Output.Contains("shutting down", StringComparison.Ordinal), "the shutdown to begin");
            answer.SetResult();
            Assert.Equal(0, await exit);
        }

        await using var successor = await BrokerProcess.StartAsync(settings);
        browser.Route(BrokerServer.Authority, successor.Url);
        Assert.Equal(HttpStatusCode.OK, (await FetchAsync(browser, "/me")).StatusCode);
        Assert.Equal(1, amazon.Refreshes);
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

    private static async Task SendMalformedAsync(Uri server, string request)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var answer = new StreamReader(stream);
        try
        {
            Assert.StartsWith("HTTP/1.1 400", await answer.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // A server may reset such a connection before its answer is read.
        }
    }

    private static Task<HttpResponseMessage> FetchAsync(Browser browser, string path) => browser.FetchAsync(HttpMethod.Get, World.At(path));
}
