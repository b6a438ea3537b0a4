using System.Collections.Concurrent;
using System.Net;
using BffBroker.Tests.Support;
using StackExchange.Redis;

namespace BffBroker.Tests.Resilience;

/// <summary>One broker process and a Redis that may be broken, for all rows of the contract's table, one after the other.</summary>
public sealed class FaultMatrix : IAsyncLifetime
{
    private const string Path = "/callback";

    private readonly ConcurrentQueue<UserSession> _expired = new();
    private readonly Dictionary<RedisKey, HashEntry[]> _records = [];
    private Browser? _browser;
    private Uri? _callback;
    private bool _isSound = true;

    internal OwnRedis Redis { get; private set; } = null!;

    internal BrokerNodes Nodes { get; private set; } = null!;

    internal BrokerNode Node => Nodes[0];

    /// <summary>Its access token is dead.</summary>
    private UserSession Expired { get; set; } = null!;

    private UserSession Fresh { get; set; } = null!;

    private UserSession Leaving { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Redis = await OwnRedis.StartAsync();

        // For 3 s after it has come back to Redis, and again when a better connection takes over some seconds later, a node refreshes nothing.
        Nodes = await BrokerNodes.StartAsync($"{Redis.ConnectionString},abortConnect=false", 1, ("Redis:Timeout", "00:00:01"), ("Amazon:Timeout", "00:00:07"));
        Nodes.Rotate(AmazonSimulator.RefreshMode.NewTokenOldGood); // no client can save a token that died with a lost answer
        foreach (var _ in FaultRow.All)
        {
            _expired.Enqueue(await Nodes.LogInAsync(TimeSpan.FromSeconds(1)));
        }

        await _expired.Last().TokenEndedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _browser?.Dispose();
        await Nodes.DisposeAsync();
        Redis.Dispose();
    }

    /// <summary>Sessions, and a login that has come as far as the way back from Amazon.</summary>
    internal async Task PrepareAsync()
    {
        if (!_isSound)
        {
            await Nodes.ReplaceAsync(0); // a row that failed must not fail the next
        }

        _isSound = false;
        Expired = _expired.TryDequeue(out var next) ? next : await Nodes.LogInExpiredAsync();
        Fresh = await Nodes.LogInAsync(TimeSpan.FromHours(1));
        Leaving = await Nodes.LogInAsync(TimeSpan.FromHours(1));
        _browser?.Dispose();
        _browser = Node.NewBrowser();
        _callback = (await _browser.VisitAsync(World.At("/login?returnUrl=%2Fthere"), stopBefore: url => url.AbsolutePath == Path)).Url;
    }

    internal async Task<Answers> AskAsync()
    {
        using var newcomer = Node.NewBrowser();
        newcomer.SetCookie(BrokerServer.PublicUrl, "__Host-bff", Expired.Cookie);
        string[] answers = await Task.WhenAll(
            Answers.DescribeAsync(Node.GetAsync("/me", Expired)),
            Answers.DescribeAsync(Node.GetAsync("/me", Fresh)),
            Answers.DescribeAsync(Node.GetAsync("/session", Expired)),
            Answers.DescribeAsync(Node.PostAsync("/logout", Leaving)),
            Answers.DescribeAsync(_browser!.OpenAsync(_callback!)),
            Answers.DescribeAsync(newcomer.OpenAsync(World.At("/login"))),
            Answers.DescribeAsync(Node.GetAsync("/me", null)),
            Answers.DescribeAsync(Node.GetAsync("/session", null)),
            Answers.DescribeAsync(Node.GetAsync("/auth/nginx", Fresh)));
        return new(answers[0], answers[1], answers[2], answers[3], answers[4]) { Login = answers[5], MeWithoutCookie = answers[6], SessionWithoutCookie = answers[7], Gateway = answers[8] };
    }

    /// <summary>Sessions are served, a logout that failed works when it is tried again, and a login that could not be finished is finished by the same URL.</summary>
    internal async Task AssertNothingLostAsync(Answers during)
    {
        await Node.ServesAsync(Expired);
        await Node.ServesAsync(Fresh);
        if (during.Logout.StartsWith("503", StringComparison.Ordinal))
        {
            await Node.ServesAsync(Leaving); // a logout that failed has ended nothing
        }

        Assert.Equal(HttpStatusCode.NoContent, (await Node.PostAsync("/logout", Leaving)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await Node.MeAsync(Leaving));
        if (during.Callback.StartsWith("503", StringComparison.Ordinal))
        {
            await Wait.UntilAsync(async () => await Answers.DescribeAsync(_browser!.OpenAsync(_callback!)) == "302 /there, sets __Host-bff", "the same callback to work");
        }

        await Node.ServesAsync(await Nodes.LogInAsync(TimeSpan.FromHours(1)));
        _isSound = true;
    }

    /// <summary>Connections that have logged in stay logged in at Redis: they go too.</summary>
    internal async Task ChangePasswordAsync()
    {
        await Redis.AskAsync("CONFIG SET requirepass other");
        Node.RedisLink.Mend();
    }

    internal async Task SpoilRecordsAsync()
    {
        foreach (var key in new[] { Expired, Fresh, Leaving }.Select(Nodes.RecordOf))
        {
            _records[key] = await Nodes.Redis.HashGetAllAsync(key);
            await Nodes.Redis.HashSetAsync(key, "sealed", "spoilt");
        }
    }

    internal async Task RestoreRecordsAsync()
    {
        await Task.WhenAll(new[] { Expired, Fresh }.Select(Nodes.RecordOf).Select(key => Nodes.Redis.HashSetAsync(key, _records[key])));
        _records.Clear();
    }
}
