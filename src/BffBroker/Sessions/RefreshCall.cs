using BffBroker.OAuth;
using BffBroker.Telemetry;

namespace BffBroker.Sessions;

/// <summary>
/// Sends a session's refresh token once: notes it, asks Amazon, saves what comes. docs/refresh.md draws the steps, and what survives a crash
/// between any two.
/// </summary>
internal sealed partial class RefreshCall(
    SessionVault vault, SessionEnding ending, RefreshGrant refreshGrant, RefreshLimits limits, BrokerMeter meter, TimeProvider clock, ILogger<RefreshCall> logger)
{
    /// <summary>Null when the session has moved on meanwhile: look again.</summary>
    public async Task<TokenOutcome?> RunAsync(OpenSession session, RefreshToken refreshToken, RefreshReason reason)
    {
        var intent = RefreshIntent.Begin(session.Intent, session.Generation, clock.GetUtcNow(), reason == RefreshReason.Rejected);
        if (!await BeginAsync(session, intent))
        {
            return null;
        }

        session = session with { Intent = intent };
        switch (await SendAsync(refreshToken, intent))
        {
            case TokenRequestOutcome.Issued(var response):
                return await SaveAsync(session, response, reason);

            case TokenRequestOutcome.InvalidGrant:
                return await InvalidGrantAsync(session, intent);

            case TokenRequestOutcome.Unanswered:
                var unknown = intent.Unknown(clock.GetUtcNow());
                await NoteAsync(session, unknown);
                return new TokenOutcome.Unavailable(RefreshIntent.Pause(unknown.Unanswered));

            case TokenRequestOutcome.Unavailable(var retryAfter):
                await NoteAsync(session, intent.Answered(clock.GetUtcNow()));
                return new TokenOutcome.Unavailable(retryAfter ?? limits.RetryAfter);

            case TokenRequestOutcome.Unexpected { MayBeDone: true }:
                await NoteAsync(session, intent.Unknown(clock.GetUtcNow()));
                return new TokenOutcome.AmazonError();

            default:
                await NoteAsync(session, intent.Answered(clock.GetUtcNow()));
                return new TokenOutcome.AmazonError();
        }
    }

    /// <summary>Ends a session whose grant is gone. Null when it is newer by now.</summary>
    public async Task<TokenOutcome?> EndAsync(OpenSession session) =>
        await ending.EndGenerationAsync(session, SessionEndReason.RefreshRejected) ? new TokenOutcome.LoginRequired() : null;

    // Repeated while its outcome is unknown: an intent that got there after all would keep everybody from sending.
    private async Task<bool> BeginAsync(OpenSession session, RefreshIntent intent)
    {
        for (var isUnknown = false; ;)
        {
            try
            {
                return await vault.NoteAsync(session, intent);
            }
            catch (StoreUnavailableException exception) when ((isUnknown |= exception.IsOutcomeUnknown) && clock.GetUtcNow() - intent.At < limits.CallerWait)
            {
                await Task.Delay(limits.LookAgain, clock);
            }
        }
    }

    private async Task<TokenRequestOutcome> SendAsync(RefreshToken refreshToken, RefreshIntent intent)
    {
        var left = intent.At + limits.WholeRefresh - clock.GetUtcNow();
        if (left < limits.WholeRefresh / 2)
        {
            // This process stood still before it sent anything. By now another node may be at it.
            return new TokenRequestOutcome.Unavailable(null);
        }

        await using var limit = new RunningTimeLimit(left, clock);
        return await refreshGrant(refreshToken, limit.Token);
    }

    private async Task<TokenOutcome?> SaveAsync(OpenSession session, TokenResponse response, RefreshReason reason)
    {
        var now = clock.GetUtcNow();
        var renewed = session.Session with
        {
            Tokens = session.Tokens.Renew(response, now),
            ForcedRefreshAt = session.Intent?.ForcedAt ?? session.Session.ForcedRefreshAt,
        };
        if (await vault.SaveAsync(session, renewed) is not { } saved)
        {
            Log.Overtaken(logger, session.Handle.Ref);
            return null;
        }

        meter.Refreshed(reason == RefreshReason.Ahead ? RefreshOutcome.Background : RefreshOutcome.Refreshed);
        Log.Refreshed(logger, session.Handle.Ref, saved.Generation);
        return new TokenOutcome.Usable(saved);
    }

    private async Task<TokenOutcome?> InvalidGrantAsync(OpenSession session, RefreshIntent intent)
    {
        if (intent.Unanswered > 0)
        {
            // An earlier send may have used the token up, and its node may be about to save the new one.
            await Task.Delay(limits.LateSave, clock);
        }

        var outcome = await EndAsync(session);
        if (outcome is not null)
        {
            meter.Refreshed(RefreshOutcome.Rejected);
        }

        return outcome;
    }

    // Should the store not take it, the intent stays open: then nobody sends the token for a while, which is safe.
    private async Task NoteAsync(OpenSession session, RefreshIntent? intent)
    {
        try
        {
            _ = await vault.NoteAsync(session, intent);
        }
        catch (StoreUnavailableException exception)
        {
            Log.NotNoted(logger, session.Handle.Ref, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2101, LogLevel.Information, "Session {SessionRef} refreshed its token: generation {Generation}")]
        public static partial void Refreshed(ILogger logger, string sessionRef, long generation);

        [LoggerMessage(2102, LogLevel.Information, "The refreshed token of session {SessionRef} is dropped: the session has ended, or another node has saved meanwhile")]
        public static partial void Overtaken(ILogger logger, string sessionRef);

        [LoggerMessage(2103, LogLevel.Debug, "The end of a refresh of session {SessionRef} could not be noted: {Reason}")]
        public static partial void NotNoted(ILogger logger, string sessionRef, string reason);
    }
}
