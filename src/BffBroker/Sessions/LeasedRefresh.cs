using BffBroker.Telemetry;

namespace BffBroker.Sessions;

/// <summary>
/// One refresh per session and generation over all nodes: a lease, reload and re-check under the lease. Who does not get the lease waits for the
/// winner's token.
/// </summary>
internal sealed partial class LeasedRefresh(
    SessionVault vault, IRefreshLeases leases, SessionRefresh refresh, RefreshLimits limits, BrokerMeter meter, TimeProvider clock, ILogger<LeasedRefresh> logger)
{
    public async Task<TokenOutcome> RunAsync(OpenSession stale, RefreshReason reason)
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
