using BffBroker.Telemetry;

namespace BffBroker.Sessions;

/// <summary>
/// Gives a session's access token, refreshed where needed: one refresh at a time in this process, which all callers share and none of them owns.
/// </summary>
internal sealed class SessionTokens(
    LeasedRefresh refresh, RefreshPauses pauses, RefreshLimits limits, BrokerMeter meter, TimeProvider clock) : IHostedService
{
    private readonly SingleFlight<(SessionHandle, bool IsForced), TokenOutcome> _flights = new();

    /// <summary>Waits only when the token is nearly expired. Once it is due, well before, it is refreshed in the background.</summary>
    public async Task<TokenOutcome> GetAsync(OpenSession session, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (!session.Tokens.IsFresh(now))
        {
            return await JoinAsync(session, RefreshReason.Expired, cancellationToken);
        }

        if (limits.Ahead > TimeSpan.Zero && session.Tokens.IsDue(now, limits.Ahead, session.Handle.Spread) && !pauses.IsPaused(session.Handle))
        {
            _ = Begin(session, RefreshReason.Ahead);
        }

        return new TokenOutcome.Usable(session);
    }

    /// <summary>Amazon has rejected the token of <paramref name="session"/>, although it should live: get another, if there is one.</summary>
    public Task<TokenOutcome> ReplaceAsync(OpenSession session, CancellationToken cancellationToken) =>
        JoinAsync(session, RefreshReason.Rejected, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A refresh under way at shutdown is finished and saved: Amazon may have killed the old token already.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _flights.LandAllAsync(cancellationToken);

    private async Task<TokenOutcome> JoinAsync(OpenSession session, RefreshReason reason, CancellationToken cancellationToken)
    {
        var (flight, isNew) = Begin(session, reason);
        if (!isNew)
        {
            meter.Refreshed(RefreshOutcome.Joined);
        }

        TokenOutcome outcome;
        try
        {
            outcome = await flight.WaitAsync(limits.CallerWait, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            outcome = new TokenOutcome.Unavailable(limits.RetryAfter);
        }

        // The token that is there serves to its end, whatever keeps us from a new one.
        return outcome is TokenOutcome.Unavailable or TokenOutcome.AmazonError && reason != RefreshReason.Rejected && session.Tokens.IsAlive(clock.GetUtcNow())
            ? new TokenOutcome.Usable(session)
            : outcome;
    }

    private (Task<TokenOutcome> Flight, bool IsNew) Begin(OpenSession session, RefreshReason reason) =>
        _flights.Run((session.Handle, reason == RefreshReason.Rejected), () => FlyAsync(session, reason));

    private async Task<TokenOutcome> FlyAsync(OpenSession stale, RefreshReason reason)
    {
        using var span = BrokerTrace.Start("refresh");
        span?.SetTag(BrokerTrace.Reason, WordFor(reason));
        var outcome = await refresh.RunAsync(stale, reason);
        span?.End(WordFor(outcome), isError: outcome is not (TokenOutcome.Usable or TokenOutcome.LoginRequired));
        if (outcome is TokenOutcome.Unavailable or TokenOutcome.AmazonError)
        {
            meter.Refreshed(RefreshOutcome.Unavailable);
            pauses.Failed(stale.Handle, outcome is TokenOutcome.Unavailable(var retryAfter) ? retryAfter : TimeSpan.Zero);
        }
        else
        {
            pauses.Succeeded(stale.Handle);
        }

        return outcome;
    }

    private static string WordFor(RefreshReason reason) => reason switch
    {
        RefreshReason.Expired => "expired",
        RefreshReason.Ahead => "ahead",
        _ => "rejected",
    };

    private static string WordFor(TokenOutcome outcome) => outcome switch
    {
        TokenOutcome.Usable => "usable",
        TokenOutcome.LoginRequired => "login_required",
        TokenOutcome.Unavailable => "unavailable",
        TokenOutcome.AmazonError => "amazon_error",
        _ => "unreadable",
    };
}
