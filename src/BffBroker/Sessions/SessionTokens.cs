using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>
/// Gives a session's access token, refreshed where needed. One refresh per session and generation: single flight in the process, a lease
/// over all nodes, reload and re-check under the lease, and a save that names the generation it started from.
/// </summary>
internal sealed partial class SessionTokens(
    SessionVault vault, IRefreshLeases leases, SessionRefresh refresh, RefreshLimits limits, TimeProvider clock, ILogger<SessionTokens> logger) : IHostedService
{
    private readonly SingleFlight<(SessionHandle, bool IsForced), TokenOutcome> _flights = new();

    public async Task<TokenOutcome> GetAsync(OpenSession session, CancellationToken cancellationToken) =>
        session.Tokens.IsFresh(clock.GetUtcNow()) ? new TokenOutcome.Usable(session) : await JoinAsync(session, isForced: false, cancellationToken);

    /// <summary>Amazon has rejected the token of <paramref name="session"/>, although it should live: get another, if there is one.</summary>
    public Task<TokenOutcome> ReplaceAsync(OpenSession session, CancellationToken cancellationToken) =>
        JoinAsync(session, isForced: true, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A refresh under way at shutdown is finished and saved: Amazon may have killed the old token already.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _flights.LandAllAsync(cancellationToken);

    private async Task<TokenOutcome> JoinAsync(OpenSession session, bool isForced, CancellationToken cancellationToken)
    {
        var flight = _flights.RunAsync((session.Handle, isForced), () => RefreshAsync(session, isForced));
        try
        {
            return await flight.WaitAsync(limits.CallerWait, clock, cancellationToken);
        }
        catch (Exception exception) when (exception is TimeoutException or StoreUnavailableException)
        {
            // The token that is there serves to its end, whoever keeps us from a new one.
            return !isForced && session.Tokens.IsAlive(clock.GetUtcNow())
                ? new TokenOutcome.Usable(session)
                : new TokenOutcome.Unavailable(limits.RetryAfter);
        }
    }

    private async Task<TokenOutcome> RefreshAsync(OpenSession stale, bool isForced)
    {
        try
        {
            return await RefreshOnceAsync(stale, isForced);
        }
        catch (StoreUnavailableException exception)
        {
            Log.StoreUnavailable(logger, stale.Handle.Ref, exception.Message);
            throw;
        }
    }

    private async Task<TokenOutcome> RefreshOnceAsync(OpenSession stale, bool isForced)
    {
        var deadline = clock.GetUtcNow() + limits.WholeRefresh;
        while (clock.GetUtcNow() < deadline)
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
                    return new TokenOutcome.Usable(current);

                case SessionLookup.Found(var current) when lease is not null:
                    return await refresh.RunAsync(current, isForced && !IsAnother(current, stale));
            }

            await Task.Delay(limits.LookAgain, clock);
        }

        return new TokenOutcome.Unavailable(limits.RetryAfter);
    }

    // By its token, not by its generation: that moves with every save, the note of a forced refresh for one.
    private static bool IsAnother(OpenSession current, OpenSession stale) => current.Tokens.AccessToken != stale.Tokens.AccessToken;

    private static partial class Log
    {
        [LoggerMessage(2201, LogLevel.Warning, "Session {SessionRef} could not refresh its token, and is kept: {Reason}")]
        public static partial void StoreUnavailable(ILogger logger, string sessionRef, string reason);
    }
}
