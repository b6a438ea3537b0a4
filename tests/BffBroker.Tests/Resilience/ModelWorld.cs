using System.Collections.Concurrent;
using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>Two nodes of the refresh's own code over one store, one model Amazon, and up to three users with a session each.</summary>
internal sealed class ModelWorld : IAsyncDisposable
{
    private readonly ManualClock _clock = new();
    private readonly ModelStore _store;
    private readonly ModelLeases _leases = new();
    private readonly ModelNode[] _nodes;
    private readonly Dictionary<int, Login> _logins = [];
    private readonly ConcurrentBag<Task> _asked = [];
    private int _grants;

    public ModelWorld()
    {
        _store = new(_clock);
        var keyRing = KeyRings.New();
        _nodes = [.. Enumerable.Range(0, 2).Select(_ => new ModelNode(_store, _leases, Amazon.RefreshAsync, _clock, keyRing))];
        foreach (var node in _nodes)
        {
            _ = node.WriteAgain.StartAsync(CancellationToken.None);
        }
    }

    public ModelAmazon Amazon { get; } = new();

    public async Task LogInAsync(int node, int user)
    {
        if (!_store.TakesWrites)
        {
            return;
        }

        var grant = $"{user}-{_grants++}";
        var session = (await _nodes[node].Beginning.BeginAsync(new($"user {user}", null, null), Scopes.Parse("profile"), TokenSet.From(Amazon.LogIn(grant), _clock.GetUtcNow())))!;
        _logins[user] = new(session.Key, grant);
    }

    public async Task AskAsync(int node, int user)
    {
        if (_logins.TryGetValue(user, out var login))
        {
            _asked.Add(AskAsync(_nodes[node], user, login));
        }

        await Task.Yield();
    }

    public async Task LogOutAsync(int node, int user)
    {
        if (_store.TakesWrites && _logins.TryGetValue(user, out var login))
        {
            await _nodes[node].Ending.EndAsync(SessionHandle.Of(login.Key), SessionEndReason.Logout);
            login.IsOver = true;
        }
    }

    public async Task PassAsync(TimeSpan time)
    {
        _clock.Advance(time);
        await Task.Yield();
    }

    public Task LoseLeaseAsync(int user)
    {
        if (_logins.TryGetValue(user, out var login))
        {
            _leases.Lose(SessionHandle.Of(login.Key));
        }

        return Task.CompletedTask;
    }

    public async Task SetWritesAsync(bool allowed)
    {
        _store.TakesWrites = allowed;
        await Task.Yield();
    }

    /// <summary>All trouble ends, all questions are answered, and whoever was not logged out, and did not lose an answer, is still logged in.</summary>
    public async Task SettleAsync()
    {
        _store.TakesWrites = true;
        Amazon.IsPrompt = true;
        foreach (var user in Enumerable.Range(0, 3))
        {
            await Amazon.AnswerAsync(user, AnswerKind.Tokens);
        }

        await PassUntilAsync(Task.WhenAll(_asked));
        await PassAsync(TimeSpan.FromMinutes(61)); // no old access token hides what became of the grant

        foreach (var (user, login) in _logins)
        {
            TokenOutcome outcome;
            do
            {
                var asked = TryAskAsync(_nodes[0], user, login);
                await PassUntilAsync(asked);
                outcome = await asked;
            }
            while (outcome is not (TokenOutcome.Usable or TokenOutcome.LoginRequired));

            Assert.Equal(login.IsOver || Amazon.HasLost(login.Grant), outcome is TokenOutcome.LoginRequired);
        }
    }

    // An answer may wait for a time, of the model's clock.
    private async Task PassUntilAsync(Task answered)
    {
        await Wait.UntilAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return answered.IsCompleted;
            },
            "an answer");
        await answered;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.WriteAgain.StopAsync(new(canceled: true));
            node.WriteAgain.Dispose();
        }
    }

    private async Task AskAsync(ModelNode node, int user, Login login) => _ = await TryAskAsync(node, user, login);

    private async Task<TokenOutcome> TryAskAsync(ModelNode node, int user, Login login)
    {
        var wasOver = login.IsOver;
        var outcome = await node.AskAsync(login.Key);
        if (outcome is TokenOutcome.Usable(var usable))
        {
            Assert.False(wasOver, "A session that was logged out is alive.");
            Assert.Equal($"user {user}", usable.Session.User.UserId);
            Assert.StartsWith($"access of {login.Grant}#", usable.Tokens.AccessToken.Value, StringComparison.Ordinal);
        }

        return outcome;
    }

    private sealed record Login(CookieSecret Key, string Grant)
    {
        public bool IsOver { get; set; }
    }
}
