using System.Security.Cryptography;
using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.DataProtection;

namespace BffBroker.Tests.Resilience;

/// <summary>Moments of a refresh that no request can bring about at will.</summary>
public sealed class RefreshCornerTests
{
    private readonly ManualClock _clock = new();
    private readonly ModelLeases _leases = new();
    private readonly KeyRing _keyRing = KeyRings.New();
    private readonly InMemorySessionStore _store;
    private readonly TaskCompletionSource<TokenRequestOutcome> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sends;

    public RefreshCornerTests() => _store = new(_clock);

    [Fact]
    public async Task A_node_that_is_stopped_while_it_waits_for_a_late_save_does_not_send_beside_the_one_that_took_over()
    {
        var otherClock = new ManualClock();
        var (stopped, other) = (Node(_clock), Node(otherClock));
        var session = await LogInExpiredAsync(stopped);
        await _store.NoteAsync(session.Handle, 1, null, RefreshIntent.Begin(null, 1, _clock.GetUtcNow().AddSeconds(-29), isForced: false)); // its node died

        var asked = stopped.AskAsync(session.Key);
        await _clock.WaitForTimersAsync(2, TestContext.Current.CancellationToken); // the caller's limit, and the wait
        _leases.Lose(session.Handle);
        otherClock.Advance(TimeSpan.FromSeconds(40));
        var askedOther = other.AskAsync(session.Key);
        await Wait.UntilAsync(() => AdvanceUntilSent(otherClock), "the other node to send");
        _clock.Advance(TimeSpan.FromSeconds(10));

        await asked;
        Assert.Equal(1, _sends);
        _answer.SetResult(new TokenRequestOutcome.InvalidGrant());
        otherClock.Advance(TimeSpan.FromSeconds(5));
        await askedOther;
    }

    [Theory]
    [InlineData(-26)]
    [InlineData(-31)]
    public async Task After_an_open_send_can_no_longer_be_answered_its_node_has_two_seconds_to_save(int startedSeconds)
    {
        var node = Node(_clock);
        var session = await LogInExpiredAsync(node);
        var started = _clock.GetUtcNow().AddSeconds(startedSeconds);
        var earliest = (startedSeconds < -30 ? _clock.GetUtcNow() : started.AddSeconds(30)).AddSeconds(2);
        await _store.NoteAsync(session.Handle, 1, null, RefreshIntent.Begin(null, 1, started, isForced: false));

        var asked = node.AskAsync(session.Key);
        await _clock.WaitForTimersAsync(2, TestContext.Current.CancellationToken);
        await Wait.UntilAsync(() => AdvanceUntilSent(_clock), "the send");

        Assert.True(_clock.GetUtcNow() >= earliest, "It was sent too soon.");
        _answer.SetResult(new TokenRequestOutcome.Unanswered());
        await asked;
    }

    [Fact]
    public async Task A_count_of_lost_answers_that_cannot_grow_any_more_is_an_outage_and_no_failure()
    {
        var node = Node(_clock);
        var session = await LogInExpiredAsync(node);
        var intent = RefreshIntent.Begin(null, 1, _clock.GetUtcNow().AddHours(-1), isForced: false) with { IsOpen = false, Unanswered = int.MaxValue };
        await _store.NoteAsync(session.Handle, 1, null, intent);
        _answer.SetResult(new TokenRequestOutcome.Unanswered());

        Assert.Equal(new TokenOutcome.Unavailable(TimeSpan.FromSeconds(60)), await node.AskAsync(session.Key));
    }

    [Fact]
    public async Task After_a_200_that_cannot_be_read_the_token_counts_as_perhaps_used_up()
    {
        var node = Node(_clock);
        var session = await LogInExpiredAsync(node);
        _answer.SetResult(new TokenRequestOutcome.Unexpected(MayBeDone: true));

        Assert.IsType<TokenOutcome.AmazonError>(await node.AskAsync(session.Key));
        var start = _clock.GetUtcNow();
        var again = node.AskAsync(session.Key);
        await _clock.WaitForTimersAsync(2, TestContext.Current.CancellationToken); // the caller's limit, and the pause
        await Wait.UntilAsync(() => AdvanceUntilSent(_clock, 2), "the token to be sent again");

        await again;
        Assert.True(_clock.GetUtcNow() - start >= TimeSpan.FromSeconds(1), "It was sent again at once.");
    }

    [Fact]
    public async Task A_key_ring_that_cannot_be_read_anew_at_the_save_does_not_cost_the_new_token()
    {
        var failures = 0;
        var node = new ModelNode(_store, _leases, SendAsync, _clock, new(new FlakyProvider(() => failures-- > 0), new InMemoryDataProtectionKeys(), _clock));
        var session = await LogInExpiredAsync(node);
        failures = 1;
        _answer.SetResult(new TokenRequestOutcome.Issued(new(new("new"), TimeSpan.FromHours(1), new RefreshToken("r2"))));

        Assert.IsType<TokenOutcome.Usable>(await node.AskAsync(session.Key));
        Assert.Equal(2, (await _store.LoadAsync(session.Handle))!.Generation);
    }

    [Fact]
    public async Task However_often_a_session_is_read_that_is_not_in_the_store_yet_nothing_else_is_forgotten()
    {
        var node = Node(_clock);
        var (ended, polled) = (await LogInExpiredAsync(node), await LogInExpiredAsync(node));
        await node.Ending.EndAsync(ended.Handle, SessionEndReason.Logout);
        node.Writes.Remember(polled.Handle, new(2, [1, 2, 3], _clock.GetUtcNow()));

        for (var i = 0; i < 10_001; i++)
        {
            await node.Store.LoadAsync(polled.Handle);
        }

        Assert.Single(node.Writes.Doubtful);
        Assert.NotNull(node.Writes.Find(ended.Handle));
    }

    [Fact]
    public async Task An_intent_of_another_version_is_waited_for_like_an_open_one_and_then_replaced()
    {
        var node = Node(_clock);
        var session = await LogInExpiredAsync(node);
        await _store.NoteAsync(session.Handle, 1, null, RefreshIntent.Parse("v9 of something"));

        var asked = node.AskAsync(session.Key);
        await _clock.WaitForTimersAsync(2, TestContext.Current.CancellationToken);
        Assert.Equal(0, _sends);
        _answer.SetResult(new TokenRequestOutcome.Issued(new(new("new"), TimeSpan.FromHours(1), null)));
        await Wait.UntilAsync(() => AdvanceUntilSent(_clock), "the send");

        Assert.IsType<TokenOutcome.Usable>(await asked);
    }

    [Fact]
    public async Task A_save_is_not_lost_on_a_store_that_has_lost_the_one_before()
    {
        var node = Node(_clock);
        var session = await LogInExpiredAsync(node);
        _ = await node.Store.SaveAsync(session.Handle, 3, [3]); // started from generation 2, which a failover took away

        Assert.True(await node.Store.SaveAsync(session.Handle, 3, [3]));
        Assert.Equal(3, (await _store.LoadAsync(session.Handle))!.Generation);
    }

    private ModelNode Node(TimeProvider clock) => new(_store, _leases, SendAsync, clock, _keyRing);

    private Task<TokenRequestOutcome> SendAsync(RefreshToken refreshToken, CancellationToken cancellationToken)
    {
        _ = Interlocked.Increment(ref _sends);
        return _answer.Task;
    }

    private bool AdvanceUntilSent(ManualClock clock, int sends = 1)
    {
        if (_sends < sends)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        return _sends >= sends;
    }

    private async Task<OpenSession> LogInExpiredAsync(ModelNode node)
    {
        var now = _clock.GetUtcNow();
        return (await node.Beginning.BeginAsync(new("u", null, null), Scopes.Parse("profile"), new(new("old"), new RefreshToken("r1"), now.AddHours(-2), now.AddHours(-1))))!;
    }

    /// <summary>What Data Protection does once after its ring could not be read.</summary>
    private sealed class FlakyProvider(Func<bool> fails) : IDataProtectionProvider, IDataProtector
    {
        private readonly IDataProtector _inner = new EphemeralDataProtectionProvider().CreateProtector("test");

        public IDataProtector CreateProtector(string purpose) => this;

        public byte[] Protect(byte[] plaintext) =>
            fails() ? throw new CryptographicException("No ring.", new StoreUnavailableException("Redis is not connected.")) : _inner.Protect(plaintext);

        public byte[] Unprotect(byte[] protectedData) => _inner.Unprotect(protectedData);
    }
}
