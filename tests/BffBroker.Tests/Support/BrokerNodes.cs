using System.Globalization;
using System.Net;
using AmazonSimulator;
using StackExchange.Redis;

namespace BffBroker.Tests.Support;

/// <summary>
/// Broker processes that share one Redis, one certificate and one Amazon. They live in real time: a short <c>TokenLifetime</c> at a login is
/// how an access token comes to its end.
/// </summary>
internal sealed class BrokerNodes : IAsyncDisposable
{
    public const string AdminKey = "the-admin-key-of-the-tests-0123456789";

    private static readonly TimeSpan UsualLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestLogin = TimeSpan.FromSeconds(5);

    // Nothing is refreshed unasked, no limit is met by a load test, and Redis may be as late as a busy machine makes it.
    private static readonly (string Key, string Value)[] Defaults =
    [
        ("Session:RefreshAhead", "00:00:00"), ("Session:PerUser", "10000"), ("RateLimit:LoginsPerMinute", "10000"), ("Management:AdminKey", AdminKey), ("Redis:Timeout", "00:00:03"),
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly string _prefix = $"test-{Guid.NewGuid():N}:";
    private readonly Dictionary<string, string?> _settings;
    private readonly int _redisPort;
    private readonly ConnectionMultiplexer _redis;
    private BrokerNode[] _nodes = [];

    private BrokerNodes(AmazonServer amazon, ConnectionMultiplexer redis, string redisAddress, IEnumerable<(string Key, string Value)> settings)
    {
        (Amazon, _redis) = (amazon, redis);
        _redisPort = int.Parse(redisAddress.Split(':', ',')[1], CultureInfo.InvariantCulture);
        _settings = BrokerProcess.Settings(amazon.Url, redisAddress, _prefix, _folder.Path);
        foreach (var (key, value) in Defaults.Concat(settings))
        {
            _settings[key] = value;
        }
    }

    public AmazonServer Amazon { get; }

    private bool HasLinks { get; init; }

    public AmazonSimulator.Simulator Simulator => Amazon.Simulator;

    public IDatabase Redis => _redis.GetDatabase();

    public BrokerNode this[int index] => _nodes[index];

    public IReadOnlyList<BrokerNode> All => _nodes;

    public static Task<BrokerNodes> StartAsync(string redis, int count, params (string Key, string Value)[] settings) =>
        StartAsync(redis, count, hasLinks: true, settings);

    public static async Task<BrokerNodes> StartAsync(string redis, int count, bool hasLinks, params (string Key, string Value)[] settings)
    {
        var nodes = new BrokerNodes(await AmazonServer.StartAsync(), await ConnectionMultiplexer.ConnectAsync(redis), redis, settings) { HasLinks = hasLinks };
        try
        {
            nodes._nodes = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => nodes.StartNodeAsync()));
            nodes.Rotate(RefreshMode.NewTokenOldDies);
            return nodes;
        }
        catch
        {
            await nodes.DisposeAsync();
            throw;
        }
    }

    /// <summary>Another process in the place of one that is dead, or that is better dead.</summary>
    public async Task ReplaceAsync(int index)
    {
        await _nodes[index].DisposeAsync();
        _nodes[index] = await StartNodeAsync();
    }

    /// <summary>Of the nodes that start from now on.</summary>
    public IDictionary<string, string?> Settings => _settings;

    /// <summary>How Amazon treats refresh tokens from now on; one that is used again although it is dead takes its grant along.</summary>
    public void Rotate(RefreshMode mode) => Amazon.Rotate(mode);

    /// <summary>At the first node. The tokens of later refreshes live an hour.</summary>
    public async Task<UserSession> LogInAsync(TimeSpan tokenLife, string customer = "ada")
    {
        using var browser = _nodes[0].NewBrowser();
        try
        {
            return await LogInAsync(browser, tokenLife, customer);
        }
        finally
        {
            Simulator.Settings.TokenLifetime = UsualLife;
        }
    }

    /// <summary>With an access token that is already dead.</summary>
    public async Task<UserSession> LogInExpiredAsync(string customer = "ada")
    {
        var session = await LogInAsync(TimeSpan.FromSeconds(1), customer);
        await session.TokenEndedAsync();
        return session;
    }

    /// <summary>Many, over all nodes, whose access tokens all expire in the same second. A slow machine gets more time to log them in.</summary>
    public async Task<IReadOnlyList<UserSession>> LogInTogetherAsync(int count)
    {
        for (var time = TimeSpan.FromSeconds(25); ; time *= 2)
        {
            if (await TryLogInAsync(count, TimeProvider.System.GetUtcNow() + time) is { } sessions)
            {
                return sessions;
            }
        }
    }

    /// <summary>Null when the tokens were about to expire before all had logged in.</summary>
    private async Task<IReadOnlyList<UserSession>?> TryLogInAsync(int count, DateTimeOffset tokenEnd)
    {
        var (sessions, isLate) = (new UserSession[count], false);
        await Parallel.ForEachAsync(_nodes.SelectMany(node => new[] { node, node }).Index(), async (worker, _) =>
        {
            using var browser = worker.Item.NewBrowser();
            for (var i = worker.Index; i < count && !isLate; i += 2 * _nodes.Length)
            {
                var life = tokenEnd - TimeProvider.System.GetUtcNow();
                isLate |= life < LongestLogin;
                sessions[i] = await LogInAsync(browser, isLate ? UsualLife : life, "ada") with { TokenEnd = tokenEnd };
            }
        });
        Simulator.Settings.TokenLifetime = UsualLife;
        return isLate ? null : sessions;
    }

    /// <summary>
    /// A <c>/me</c> of a session whose token is dead, under way since the node has sent the refresh token. One that finds Redis late, on a busy machine,
    /// is sent again, as a page does.
    /// </summary>
    public async Task<Task<HttpResponseMessage>> BeginRefreshAsync(BrokerNode node, UserSession session)
    {
        var sent = Simulator.Calls.Count(Operation.Refresh) + 1;
        while (true)
        {
            var me = node.GetAsync("/me", session);
            await Task.WhenAny(me, Simulator.Calls.WaitForAsync(Operation.Refresh, sent, TestContext.Current.CancellationToken));
            if (Simulator.Calls.Count(Operation.Refresh) >= sent)
            {
                return me;
            }

            using var answer = await me;
            Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable, $"{answer.StatusCode} without a refresh\n{node.Process.Output}");
        }
    }

    /// <summary>Everything in Redis that names the session: record, lease, whatever else.</summary>
    public Task<string[]> KeysOfAsync(UserSession session) => Redis.KeysAsync($"{_prefix}*{session.Handle}*");

    /// <summary>Every key of these nodes that begins so.</summary>
    public Task<string[]> KeysAsync(string beginning) => Redis.KeysAsync($"{_prefix}{beginning}*");

    /// <summary>The key of its record.</summary>
    public string RecordOf(UserSession session) => $"{_prefix}{{{session.Handle}}}";

    public string LeaseOf(UserSession session) => $"{RecordOf(session)}:lease";

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        await Amazon.DisposeAsync();
        _redis.Dispose();
        _folder.Dispose();
    }

    private Task<BrokerNode> StartNodeAsync() =>
        HasLinks ? BrokerNode.StartAsync(Amazon.Url.Port, _redisPort, _settings) : BrokerNode.StartAsync(_settings);

    private async Task<UserSession> LogInAsync(Browser browser, TimeSpan tokenLife, string customer)
    {
        (Simulator.Settings.TokenLifetime, Simulator.Settings.AutoApprove) = (tokenLife, customer);
        browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", null);
        var visit = await browser.VisitAsync(World.At("/login"), stopBefore: url => url.AbsolutePath == "/");
        if (visit.Url.Query == "?login_error=temporarily_unavailable" || visit.Response.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            // As a user does: on a busy machine Redis or Amazon may be late, and no test is about the login that comes before it.
            visit = await browser.VisitAsync(World.At("/login"), stopBefore: url => url.AbsolutePath == "/");
        }

        Assert.Equal((HttpStatusCode.Found, World.At("/")), (visit.Response.StatusCode, visit.Url));
        return new(customer, browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")!, TimeProvider.System.GetUtcNow() + tokenLife);
    }
}
