using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>One refresh of one session, under its lease: ask Amazon, save, and say what came of it.</summary>
internal sealed partial class SessionRefresh(
    SessionVault vault, RefreshGrant refreshGrant, RefreshLimits limits, TimeProvider clock, ILogger<SessionRefresh> logger)
{
    public async Task<TokenOutcome> RunAsync(OpenSession session, bool isForced)
    {
        if (isForced && session.Session.ForcedRefreshAt is { } forcedAt && clock.GetUtcNow() - forcedAt < limits.BetweenForced)
        {
            // A token that is rejected right after it was replaced would be rejected again: asking on would only hammer.
            return session.Tokens.ObtainedAt >= forcedAt
                ? new TokenOutcome.AmazonError()
                : new TokenOutcome.Unavailable(forcedAt + limits.BetweenForced - clock.GetUtcNow());
        }

        if (session.Tokens.RefreshToken is not { } refreshToken)
        {
            return CanServe(session, isForced) ? new TokenOutcome.Usable(session) : await RejectedAsync(session);
        }

        // Noted before it is tried, so that a failure counts as well, on every node.
        if (isForced)
        {
            var noted = vault.Seal(session, session.Session with { ForcedRefreshAt = clock.GetUtcNow() });
            if (!await vault.SaveAsync(noted))
            {
                return await ReadNewerAsync(session);
            }

            session = noted.Session;
        }

        using var limit = new CancellationTokenSource(limits.WholeRefresh, clock);
        return await refreshGrant(refreshToken, limit.Token) switch
        {
            TokenRequestOutcome.Issued(var response) => await SaveAsync(session, response),
            TokenRequestOutcome.InvalidGrant => await RejectedAsync(session),
            TokenRequestOutcome.Unavailable(var retryAfter) =>
                CanServe(session, isForced) ? new TokenOutcome.Usable(session) : new TokenOutcome.Unavailable(retryAfter ?? limits.RetryAfter),
            TokenRequestOutcome.Unanswered =>
                CanServe(session, isForced) ? new TokenOutcome.Usable(session) : new TokenOutcome.Unavailable(limits.RetryAfter),
            _ => CanServe(session, isForced) ? new TokenOutcome.Usable(session) : new TokenOutcome.AmazonError(),
        };
    }

    // Amazon may have killed the old refresh token with this answer: whatever keeps the store away, the new one is not given up.
    private async Task<TokenOutcome> SaveAsync(OpenSession session, TokenResponse response)
    {
        var renewed = vault.Seal(session, session.Session with { Tokens = session.Tokens.Renew(response, clock.GetUtcNow()) });
        for (var pause = limits.LookAgain; ; pause = pause < limits.LongestPause ? pause * 2 : pause)
        {
            try
            {
                if (await vault.SaveAsync(renewed))
                {
                    Log.Refreshed(logger, session.Handle.Ref, renewed.Session.Generation);
                    return new TokenOutcome.Usable(renewed.Session);
                }

                return await ReadNewerAsync(session);
            }
            catch (StoreUnavailableException exception) when (clock.GetUtcNow() < session.Session.ExpiresAt)
            {
                Log.SaveFailed(logger, session.Handle.Ref, exception.Message);
                await Task.Delay(pause, clock);
            }
        }
    }

    private async Task<TokenOutcome> RejectedAsync(OpenSession session) =>
        await vault.EndAsync(session, SessionEndReason.RefreshRejected) ? new TokenOutcome.LoginRequired() : await ReadNewerAsync(session);

    // Somebody else has saved or ended the session meanwhile.
    private async Task<TokenOutcome> ReadNewerAsync(OpenSession session) => await vault.FindAsync(session.Key) switch
    {
        SessionLookup.Missing => new TokenOutcome.LoginRequired(),
        SessionLookup.Unreadable => new TokenOutcome.Unreadable(),
        SessionLookup.Found(var newer) when newer.Tokens.AccessToken != session.Tokens.AccessToken && newer.Tokens.IsAlive(clock.GetUtcNow()) =>
            new TokenOutcome.Usable(newer),
        _ => new TokenOutcome.Unavailable(limits.RetryAfter),
    };

    // The token that is there serves to its end, unless Amazon has just rejected it.
    private bool CanServe(OpenSession session, bool isForced) => !isForced && session.Tokens.IsAlive(clock.GetUtcNow());

    private static partial class Log
    {
        [LoggerMessage(2101, LogLevel.Information, "Session {SessionRef} refreshed its token: generation {Generation}")]
        public static partial void Refreshed(ILogger logger, string sessionRef, long generation);

        [LoggerMessage(2102, LogLevel.Warning, "The refreshed token of session {SessionRef} could not be saved; trying again: {Reason}")]
        public static partial void SaveFailed(ILogger logger, string sessionRef, string reason);
    }
}
