using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>All sessions of a user are ended while another login of theirs is under way: it is one of them, at whatever step it is.</summary>
public sealed class EndedLoginTests(PatientNodes patient) : IClassFixture<PatientNodes>, IAsyncLifetime
{
    // A script with as many arguments as no other has. Merely by the key, it might be what is still being cleared away of an earlier login.
    private const string Creating = "*9\r\n$7\r\nEVALSHA";

    private readonly BrokerNodes _nodes = patient.Nodes;
    private UserSession _session = null!;

    public async ValueTask InitializeAsync() => _session = await _nodes.LogInAsync(TimeSpan.FromHours(1));

    public ValueTask DisposeAsync()
    {
        (_nodes[0].RedisLink.Fault, _nodes[1].RedisLink.Fault) = (LinkFault.None, LinkFault.None);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_end_of_all_sessions_reaches_a_login_before_its_record_is_written(bool byAdmin)
    {
        using var browser = _nodes[0].NewBrowser();
        var (login, writing) = await BeginAsync(_nodes[0], browser);

        await EndAllAsync(byAdmin);
        writing.Release();

        await AssertEndedAsync(browser, await login);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_end_of_all_sessions_reaches_a_login_before_it_has_seen_that_its_record_is_written(bool byAdmin)
    {
        using var browser = _nodes[0].NewBrowser();
        var (login, writing) = await BeginAsync(_nodes[0], browser);
        var written = LinkFault.Hold(Way.Answers);

        _nodes[0].RedisLink.Fault = written;
        writing.Release();
        await written.Met;
        await EndAllAsync(byAdmin);
        written.Release();

        await AssertEndedAsync(browser, await login);
    }

    [Fact]
    public async Task A_node_that_dies_before_the_record_is_written_leaves_nothing_that_is_shown()
    {
        await using var nodes = await BrokerNodes.StartAsync(patient.Redis, 2);
        var session = await nodes.LogInAsync(TimeSpan.FromHours(1));
        using var browser = nodes[0].NewBrowser();
        var (login, _) = await BeginAsync(nodes[0], browser);

        nodes[0].Process.Kill();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => login);

        await nodes[1].ServesAsync(session);
        using var answer = await nodes[1].GetAsync("/sessions", session);
        Assert.Equal([session.Handle], (await answer.JsonAsync()).GetProperty("sessions").EnumerateArray().Select(entry => entry.GetProperty("id").GetString()));
    }

    [Fact]
    public async Task The_end_of_all_sessions_reaches_a_login_whose_record_comes_between_the_look_for_it_and_the_end_of_its_entry()
    {
        using var browser = _nodes[0].NewBrowser();
        var (end, removing) = await WriteAfterTheLookAsync(browser);

        removing.Release();

        Assert.Equal(HttpStatusCode.NoContent, (await end).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.FetchAsync(HttpMethod.Get, World.At("/me"))).StatusCode);
        await Wait.UntilAsync(async () => (await _nodes.KeysAsync("{")).Length == 0, "all keys to go");
    }

    [Fact]
    public async Task An_end_that_fails_once_the_entry_of_a_login_is_gone_reaches_it_all_the_same()
    {
        using var browser = _nodes[0].NewBrowser();
        var (end, removing) = await WriteAfterTheLookAsync(browser);

        _nodes[1].RedisLink.Fault = LinkFault.Blackhole(Way.Answers);
        removing.Release();
        await Wait.UntilAsync(async () => (await _nodes.KeysAsync("user:")).Length == 0, "Redis to have removed the entry");
        _nodes[1].RedisLink.Mend();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await end).StatusCode);
        await Wait.UntilAsync(async () => (await browser.FetchAsync(HttpMethod.Get, World.At("/me"))).StatusCode == HttpStatusCode.Unauthorized, "the session to end");
    }

    [Fact]
    public async Task A_login_that_never_learned_of_its_record_leaves_no_session()
    {
        await using var nodes = await BrokerNodes.StartAsync(patient.Redis, 2);
        var session = await nodes.LogInAsync(TimeSpan.FromHours(1));
        using var browser = nodes[0].NewBrowser();
        var (login, writing) = await BeginAsync(nodes[0], browser);

        nodes[0].RedisLink.Fault = LinkFault.Blackhole(Way.Answers);
        writing.Release();
        Assert.Equal("?login_error=temporarily_unavailable", new Uri((await login).Url, (await login).Response.Headers.Location!).Query);
        Assert.Equal(2, (await nodes.KeysAsync("{")).Length);
        nodes[0].RedisLink.Mend();

        await Wait.UntilAsync(async () => (await nodes.KeysAsync("{")).Length == 1, "the record to go");
        await nodes[1].ServesAsync(session);
    }

    /// <summary>The end of the user's sessions has looked for the login's record; then that was written, and then the end is about to remove its entry.</summary>
    private async Task<(Task<HttpResponseMessage> End, LinkFault.Holding Removing)> WriteAfterTheLookAsync(Browser browser)
    {
        var userId = await _nodes[1].UserIdAsync(_session);
        Assert.Equal(HttpStatusCode.NoContent, (await _nodes[1].PostAsync("/logout", _session)).StatusCode);
        var removing = LinkFault.Hold(Way.Requests, "HDEL");
        _nodes[1].RedisLink.Fault = removing;

        var (login, writing) = await BeginAsync(_nodes[0], browser);
        var end = _nodes[1].AdministerAsync(HttpMethod.Delete, $"/admin/users/{userId}/sessions");
        await removing.Met;
        writing.Release();
        Assert.Equal("", new Uri((await login).Url, (await login).Response.Headers.Location!).Query);
        return (end, removing);
    }

    /// <summary>A login as far as it is about to write its record.</summary>
    private static async Task<(Task<Visit> Login, LinkFault.Holding Writing)> BeginAsync(BrokerNode node, Browser browser)
    {
        var writing = LinkFault.Hold(Way.Requests, Creating);
        node.RedisLink.Fault = writing;
        var login = browser.VisitAsync(World.At("/login"), stopBefore: url => url.AbsolutePath == "/");
        await writing.Met;
        return (login, writing);
    }

    private async Task EndAllAsync(bool byAdmin) => Assert.Equal(HttpStatusCode.NoContent, (await (byAdmin
        ? _nodes[1].AdministerAsync(HttpMethod.Delete, $"/admin/users/{await _nodes[1].UserIdAsync(_session)}/sessions")
        : _nodes[1].PostAsync("/logout?everywhere=true", _session))).StatusCode);

    private async Task AssertEndedAsync(Browser browser, Visit login)
    {
        Assert.Equal("?login_error=login_failed", new Uri(login.Url, login.Response.Headers.Location!).Query);
        Assert.Null(browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"));
        Assert.Equal(HttpStatusCode.Unauthorized, await _nodes[1].MeAsync(_session));
        await Wait.UntilAsync(async () => (await _nodes.KeysAsync("{")).Length + (await _nodes.KeysAsync("user:")).Length == 0, "all keys to go");
    }
}
