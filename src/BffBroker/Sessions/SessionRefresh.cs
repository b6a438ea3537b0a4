using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>One refresh of one session, under its lease: ask Amazon, save, and say what came of it.</summary>
internal sealed partial class SessionRefresh(
    SessionVault vault, RefreshGrant refreshGrant, RefreshLimits limits, TimeProvider clock, ILogger<SessionRefresh> logger)
{
    public async Task<TokenOutcome> RunAsync(OpenSession session, bool isForced)
    {
        // A token that Amazon rejects right after it was replaced would be rejected again: asking on would only hammer.
        if (isForced && clock.GetUtcNow() - session.Session.ForcedRefreshAt < limits.BetweenForced)
        {
            return new TokenOutcome.AmazonError();
        }

        if (session.Tokens.RefreshToken is not { } refreshToken)
        {
            return await RejectedAsync(session);
        }

        using var limit = new CancellationTokenSource(limits.WholeRefresh, clock);
        return await refreshGrant(refreshToken, limit.Token) switch
        {
            TokenRequestOutcome.Issued(var response) => await SaveAsync(session, response, isForced),
            TokenRequestOutcome.InvalidGrant => await RejectedAsync(session),
            TokenRequestOutcome.Unavailable(var retryAfter) =>
                WhileItLives(session, isForced, new TokenOutcome.Unavailable(retryAfter ?? limits.RetryAfter)),
            _ => WhileItLives(session, isForced, new TokenOutcome.AmazonError()),
        };
    }

    // Amazon may have killed the old refresh token with this answer: the new one is worth several tries.
    private async Task<TokenOutcome> SaveAsync(OpenSession session, TokenResponse response, bool isForced)
    {
        var now = clock.GetUtcNow();
        var renewed = session.Session with
        {
            Tokens = session.Tokens.Renew(response, now),
            ForcedRefreshAt = isForced ? now : session.Session.ForcedRefreshAt,
        };

        for (var pause = limits.LookAgain; ; pause *= 2)
        {
            try
            {
                if (await vault.SaveAsync(session, renewed) is { } saved)
                {
                    Log.Refreshed(logger, saved.Handle.Ref, saved.Generation);
                    return new TokenOutcome.Usable(saved);
                }

                return await ReadNewerAsync(session);
            }
            catch (StoreUnavailableException exception) when (clock.GetUtcNow() + pause < now + limits.WholeRefresh)
            {
                Log.SaveFailed(logger, session.Handle.Ref, exception.Message);
                await Task.Delay(pause, clock);
            }
        }
    }

    private async Task<TokenOutcome> RejectedAsync(OpenSession session) =>
        await vault.EndAsync(session, SessionEndReason.RefreshRejected) ? new TokenOutcome.LoginRequired() : await ReadNewerAsync(session);

    private async Task<TokenOutcome> ReadNewerAsync(OpenSession session) =>
        await vault.FindAsync(session.Key) is SessionLookup.Found(var newer) && newer.Generation != session.Generation && newer.Tokens.IsAlive(clock.GetUtcNow())
            ? new TokenOutcome.Usable(newer)
            : new TokenOutcome.LoginRequired();

    private TokenOutcome WhileItLives(OpenSession session, bool isForced, TokenOutcome otherwise) =>
        !isForced && session.Tokens.IsAlive(clock.GetUtcNow()) ? new TokenOutcome.Usable(session) : otherwise;

    private static partial class Log
    {
        [LoggerMessage(2101, LogLevel.Information, "Session {SessionRef} refreshed its token: generation {Generation}")]
        public static partial void Refreshed(ILogger logger, string sessionRef, long generation);

        [LoggerMessage(2102, LogLevel.Warning, "The refreshed token of session {SessionRef} could not be saved; trying again: {Reason}")]
        public static partial void SaveFailed(ILogger logger, string sessionRef, string reason);
    }
}
