using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>
/// Whether the refresh token of a session may be sent now. It may be good for one use only, so it is not sent while an earlier answer may still
/// come, nor as long as the old access token lives and it is unknown what became of the last send.
/// </summary>
internal sealed class SessionRefresh(SessionVault vault, RefreshCall call, RefreshLimits limits, TimeProvider clock)
{
    /// <summary>To be called under the session's lease, with what was read under it. Null when the session has moved on meanwhile: look again.</summary>
    public async Task<TokenOutcome?> RunAsync(OpenSession session, RefreshReason reason)
    {
        var now = clock.GetUtcNow();
        var canServe = reason != RefreshReason.Rejected && session.Tokens.IsAlive(now);
        if (session.Tokens.RefreshToken is not { } refreshToken)
        {
            return canServe ? new TokenOutcome.Unavailable(session.Tokens.ExpiresAt - now) : await call.EndAsync(session);
        }

        if (reason == RefreshReason.Rejected && LastForced(session) is { } forcedAt && (now - forcedAt).Duration() < limits.BetweenForced)
        {
            // A token that is rejected right after it was replaced would be rejected again: asking on would only hammer.
            return session.Tokens.ObtainedAt >= forcedAt
                ? new TokenOutcome.AmazonError()
                : new TokenOutcome.Unavailable(forcedAt + limits.BetweenForced - now);
        }

        if (session.Intent is not { IsOutcomeUnknown: true } lost)
        {
            return await call.RunAsync(session, refreshToken, reason);
        }

        if (canServe)
        {
            return new TokenOutcome.Unavailable(session.Tokens.ExpiresAt - now);
        }

        var wait = lost.Wait(limits.WholeRefresh, now);
        if (wait > limits.CallerWait)
        {
            return new TokenOutcome.Unavailable(lost.IsOpen ? wait + limits.LateSave : wait);
        }

        // The node that sent it last may be cut off or stopped, and hold the only good token. It gets the time to save it.
        await Task.Delay(lost.IsOpen ? wait + limits.LateSave : wait, clock);
        return await ReloadAsync(session) is { } same ? await call.RunAsync(same, refreshToken, reason) : null;
    }

    private static DateTimeOffset? LastForced(OpenSession session) => session.Intent?.ForcedAt ?? session.Session.ForcedRefreshAt;

    // With the same intent: this node may have been stopped meanwhile, and another may be sending.
    private async Task<OpenSession?> ReloadAsync(OpenSession session) =>
        await vault.FindAsync(session.Key) is SessionLookup.Found(var found) && found.Generation == session.Generation && found.Intent == session.Intent ? found : null;
}
