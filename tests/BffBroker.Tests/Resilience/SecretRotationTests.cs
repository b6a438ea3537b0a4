using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>The client secret is rotated at Amazon. Secrets come from files that are replaced while the brokers run.</summary>
[Trait("kind", "soak")]
public sealed class SecretRotationTests(RedisServer redis) : IAsyncLifetime
{
    private readonly TemporaryFolder _secrets = new();
    private BrokerNodes _nodes = null!;

    private SimulatedClient Client => _nodes.Simulator.Clients.Find(SimulatedClient.DefaultId)!;

    public async ValueTask InitializeAsync()
    {
        await ProvideAsync("Amazon__ClientSecret", SimulatedClient.DefaultSecret);
        _nodes = await BrokerNodes.StartAsync(redis.ConnectionString, 2, ("Secrets:Directory", _secrets.Path));
    }

    public async ValueTask DisposeAsync()
    {
        await _nodes.DisposeAsync();
        _secrets.Dispose();
    }

    [Fact]
    public async Task A_secret_that_Amazon_rejects_is_an_alarm_and_an_outage_and_costs_no_session()
    {
        var (session, fresh) = (await _nodes.LogInExpiredAsync(), await _nodes.LogInAsync(TimeSpan.FromHours(1)));
        Client.RotateSecret();
        Client.PreviousSecret = null;

        Assert.Equal(HttpStatusCode.OK, await _nodes[0].MeAsync(fresh));
        for (var i = 0; i < 5; i++)
        {
            var answer = await _nodes[i % 2].GetAsync("/me", session);
            await answer.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
            Assert.NotNull(answer.Headers.RetryAfter);
        }

        Assert.All(_nodes.All, node => Assert.Contains(node.Process.Output.Split('\n'), IsAlarm));

        await ProvideAsync("Amazon__ClientSecret", Client.Secret);
        await Task.WhenAll(_nodes.All.Select(node => node.ServesAsync(session)));
    }

    [Fact]
    public async Task With_the_previous_secret_beside_the_new_one_nobody_notices_when_Amazon_changes()
    {
        var sessions = new[] { await _nodes.LogInExpiredAsync(), await _nodes.LogInExpiredAsync() };
        var current = Client.RotateSecret();
        (Client.Secret, Client.PreviousSecret) = (Client.PreviousSecret!, null); // Amazon does not know the new one yet
        await ProvideAsync("Amazon__PreviousClientSecret", Client.Secret);
        await ProvideAsync("Amazon__ClientSecret", current);
        await Wait.UntilAsync(RejectedOnceAsync, "the brokers to read the new secret");

        Assert.Equal(HttpStatusCode.OK, await _nodes[0].MeAsync(sessions[0]));
        (Client.Secret, Client.PreviousSecret) = (current, null);
        Assert.Equal(HttpStatusCode.OK, await _nodes[1].MeAsync(sessions[1]));
        Assert.All(_nodes.All, node => Assert.DoesNotContain(node.Process.Output.Split('\n'), IsAlarm));
    }

    // A login that is served with both secrets shows which the broker tries first.
    private async Task<bool> RejectedOnceAsync()
    {
        _nodes.Simulator.Calls.Clear();
        foreach (var node in _nodes.All)
        {
            using var browser = node.NewBrowser();
            await browser.VisitAsync(World.At("/login"), stopBefore: url => url == World.At("/"));
        }

        return _nodes.Amazon.CodeExchanges == 2 * _nodes.All.Count;
    }

    private static bool IsAlarm(string line) =>
        line.Contains("\"Level\":\"Fatal\"", StringComparison.Ordinal) && line.Contains("invalid_client", StringComparison.Ordinal);

    // Replaced as a whole, so that nobody reads half of it.
    private async Task ProvideAsync(string name, string secret)
    {
        var draft = Path.Combine(_secrets.Path, "..", $"{Guid.NewGuid():N}.draft");
        await File.WriteAllTextAsync(draft, secret);
        File.Move(draft, Path.Combine(_secrets.Path, name), overwrite: true);
    }
}
