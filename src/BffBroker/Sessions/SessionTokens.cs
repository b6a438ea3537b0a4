using BffBroker.OAuth;
using BffBroker.Telemetry;

namespace BffBroker.Sessions;

/// <summary>
/// Gives a session's access token, refreshed where needed. One refresh per session and generation: single flight in the process, a lease
/// over all nodes, reload and re-check under the lease, and a save that names the generation it started from.
/// </summary>
internal sealed partial class SessionTokens(
    SessionVault vault,
    IRefreshLeases leases,
    SessionRefresh refresh,
    RefreshPauses pauses,
    RefreshLimits limits,
    BrokerMeter meter,
    TimeProvider clock,
    ILogger<SessionTokens> logger) : IHostedService
{
    private readonly SingleFlight<(SessionHandle, bool IsForced), TokenOutcome> _flights = new();

    /// <summary>Waits only when the token is about to expire. Well before, it is refreshed in the background.</summary>
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
        var outcome = await RefreshAsync(stale, reason);
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

    private async Task<TokenOutcome> RefreshAsync(OpenSession stale, RefreshReason reason)
    {
        try
        {
            var deadline = clock.GetUtcNow() + limits.WholeRefresh + limits.LateSave;
            while (clock.GetUtcNow() < deadline)
            {
                using var release = leases.Watch(stale.Handle);
                if (await TryRefreshAsync(stale, reason) is { } outcome)
                {
                    return outcome;
                }

                await Task.WhenAll(Task.Delay(limits.ShortestLook, clock), Task.WhenAny(release.Released, Task.Delay(limits.LookAgain, clock)));
            }
        }
        catch (StoreUnavailableException exception)
        {
            Log.StoreUnavailable(logger, stale.Handle.Ref, exception.Message);
        }
        catch (Exception exception)
        {
            // Ahead of time nobody waits for this task, and nobody would ever see it.
            Log.Failed(logger, exception, stale.Handle.Ref);
            throw;
        }

        return new TokenOutcome.Unavailable(limits.RetryAfter);
    }

    /// <summary>Null while another node is at it.</summary>
    private async Task<TokenOutcome?> TryRefreshAsync(OpenSession stale, RefreshReason reason)
    {
        await using var lease = await leases.TryAcquireAsync(stale.Handle);
        switch (await vault.FindAsync(stale.Key))
        {
            case SessionLookup.Missing:
                return new TokenOutcome.LoginRequired();

            case SessionLookup.Unreadable:
                return new TokenOutcome.Unreadable();

            // Another node was faster.
            case SessionLookup.Found(var current) when IsAnother(current, stale) && current.Tokens.IsFresh(clock.GetUtcNow()):
                meter.Refreshed(RefreshOutcome.Joined);
                return new TokenOutcome.Usable(current);

            case SessionLookup.Found(var current) when lease is not null:
                return await refresh.RunAsync(current, IsAnother(current, stale) ? RefreshReason.Expired : reason);

            default:
                return null;
        }
    }

    private static bool IsAnother(OpenSession current, OpenSession stale) =>
        current.Generation != stale.Generation || current.Tokens.AccessToken != stale.Tokens.AccessToken;

    private static partial class Log
    {
        [LoggerMessage(2201, LogLevel.Warning, "Session {SessionRef} could not refresh its token, and is kept: {Reason}")]
        public static partial void StoreUnavailable(ILogger logger, string sessionRef, string reason);

        [LoggerMessage(2202, LogLevel.Error, "The refresh of session {SessionRef} failed")]
        public static partial void Failed(ILogger logger, Exception exception, string sessionRef);
    }
}
