using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>A user who is logged in logs in anew in the same browser, and Redis fails when the old session is to end.</summary>
public sealed class ReplacedSessionTests(PatientNodes patient) : IClassFixture<PatientNodes>
{
    private readonly BrokerNodes _nodes = patient.Nodes;

    [Theory]
    [InlineData("ada")]
    [InlineData("kim")]
    public async Task The_browser_keeps_the_new_session_when_nobody_knows_whether_the_old_one_was_ended(string nextUser)
    {
        using var browser = _nodes[0].NewBrowser();
        var (old, login, retiring) = await LogInAnewAsync(browser, nextUser);

        _nodes[0].RedisLink.Fault = LinkFault.Blackhole(Way.Answers);
        retiring.Release();
        await Wait.UntilAsync(async () => (await _nodes.Redis.KeyTimeToLiveAsync(_nodes.RecordOf(old)) ?? TimeSpan.Zero) < TimeSpan.FromSeconds(11), "Redis to have ended the old session");
        _nodes[0].RedisLink.Mend();

        Assert.Equal("", new Uri((await login).Url, (await login).Response.Headers.Location!).Query);
        var renewed = SessionOf(browser) with { Customer = nextUser };
        Assert.NotEqual(old.Handle, renewed.Handle);
        await Task.WhenAll(_nodes.All.Select(node => node.ServesAsync(renewed)));
    }

    [Fact]
    [Trait("kind", "soak")]
    public async Task The_old_session_ends_although_Redis_was_not_told_in_time()
    {
        using var browser = _nodes[0].NewBrowser();
        var (old, login, _) = await LogInAnewAsync(browser, "ada");

        _nodes[0].RedisLink.Mend();

        Assert.Equal("", new Uri((await login).Url, (await login).Response.Headers.Location!).Query);
        await Wait.UntilAsync(async () => await _nodes[1].MeAsync(old) == HttpStatusCode.Unauthorized, "the old session to end");
        await _nodes[1].ServesAsync(SessionOf(browser));
    }

    /// <summary>As far as the new session is there, and Redis is about to be told to end the old one.</summary>
    private async Task<(UserSession Old, Task<Visit> Login, LinkFault.Holding Retiring)> LogInAnewAsync(Browser browser, string nextUser)
    {
        _nodes.Simulator.Settings.AutoApprove = "ada";
        await VisitLoginAsync();
        var old = SessionOf(browser);
        _nodes.Simulator.Settings.AutoApprove = nextUser;
        var (verifying, retiring) = (LinkFault.Hold(Way.Requests, "HGETALL"), LinkFault.Hold(Way.Requests, old.Handle));

        _nodes[0].RedisLink.Fault = verifying;
        var login = VisitLoginAsync();
        await verifying.Met;
        _nodes[0].RedisLink.Fault = retiring;
        verifying.Release();
        await retiring.Met;
        return (old, login, retiring);

        Task<Visit> VisitLoginAsync() => browser.VisitAsync(World.At("/login"), stopBefore: url => url.AbsolutePath == "/");
    }

    private static UserSession SessionOf(Browser browser) =>
        new("ada", browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")!, TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1));
}
