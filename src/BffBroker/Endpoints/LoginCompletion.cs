using BffBroker.Amazon;
using BffBroker.OAuth;
using BffBroker.Sessions;
using Microsoft.Extensions.Options;

namespace BffBroker.Endpoints;

/// <summary>The second half of a login, after its <c>state</c> was marked used: code to tokens, tokens to user, user to session.</summary>
internal sealed partial class LoginCompletion(
    TokenClient tokenClient,
    ProfileClient profileClient,
    SessionVault vault,
    SessionBeginning beginning,
    SessionEnding ending,
    UserSessions users,
    PublicSite site,
    IOptionsMonitor<AmazonOptions> amazonOptions,
    TimeProvider clock,
    ILogger<LoginCompletion> logger)
{
    public async Task<LoginOutcome> CompleteAsync(CallbackRequest callback, LoginState state, LoginBrowser browser, CancellationToken cancellationToken)
    {
        if (callback.Code is null)
        {
            return Refusal(callback.Error);
        }

        try
        {
            switch (await tokenClient.ExchangeCodeAsync(callback.Code, site.RedirectUri, CodeVerifier.Derive(browser.LoginKey, state.Nonce), cancellationToken))
            {
                case TokenRequestOutcome.Issued(var response):
                    var tokens = TokenSet.From(response, clock.GetUtcNow());
                    return await profileClient.IdentifyAsync(tokens.AccessToken, cancellationToken) switch
                    {
                        IdentityOutcome.Confirmed(var user) => await BeginAsync(user, tokens, callback, state, browser),
                        IdentityOutcome.Unavailable => LoginOutcome.Unavailable,
                        _ => LoginOutcome.Refused,
                    };

                case TokenRequestOutcome.Unavailable or TokenRequestOutcome.Unanswered:
                    return LoginOutcome.Unavailable;

                default:
                    return LoginOutcome.Refused;
            }
        }
        catch (StoreUnavailableException exception)
        {
            Log.NotStored(logger, exception.Message);
            return LoginOutcome.Unavailable;
        }
    }

    // The new session first: if it cannot be stored, the old one lives on.
    private async Task<LoginOutcome> BeginAsync(UserIdentity user, TokenSet tokens, CallbackRequest callback, LoginState state, LoginBrowser browser)
    {
        var lookup = browser.OldSession is { } secrets ? await vault.FindAsync(secrets) : null;
        var old = OwnSession(lookup, user);
        var granted = Granted(callback, state);
        var declined = state.Scopes.Union(old?.Session.Granted ?? Scopes.None).Except(granted);

        if (await beginning.BeginAsync(user, granted, tokens, declined, browser.UserAgent, browser.LoginKey.Ref, browser.NewBind) is not { } session)
        {
            Log.EndedMeanwhile(logger);
            return LoginOutcome.Refused;
        }

        if (old is not null)
        {
            await ending.RetireAsync(old.Handle);
        }
        else if (browser.OldSession is { Key: var oldKey } && lookup is not SessionLookup.Unbound)
        {
            // Another user's, or one that does not open. One whose companion did not come may be of another browser, and tossed in by a sibling host.
            await ending.EndSurelyAsync(SessionHandle.Of(oldKey), SessionEndReason.ReplacedByLogin);
        }

        await users.EvictAsync(session);
        return new LoginOutcome.Succeeded(session);
    }

    private static OpenSession? OwnSession(SessionLookup? lookup, UserIdentity user) =>
        lookup is SessionLookup.Found(var session) && session.Session.User.UserId == user.UserId ? session : null;

    // The callback's scope can be edited in the address bar: never more than was asked. Scopes authorise nobody at the broker.
    private Scopes Granted(CallbackRequest callback, LoginState state) =>
        callback.Granted?.Intersect(state.Scopes) ?? state.Scopes.Except(amazonOptions.CurrentValue.VoluntaryScopes);

    private LoginOutcome.Failed Refusal(string? error)
    {
        switch (error)
        {
            case "access_denied":
                return LoginOutcome.Denied;

            case "temporarily_unavailable" or "server_error":
                return LoginOutcome.Unavailable;

            case "invalid_scope" or "unauthorized_client" or "unsupported_response_type" or "invalid_request":
                Log.Misconfigured(logger, error);
                return LoginOutcome.Refused;

            default:
                return LoginOutcome.Refused;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4201, LogLevel.Error, "Amazon refuses our authorization request: {Error}. Compare Amazon:ClientId and Amazon:Scopes with the security profile")]
        public static partial void Misconfigured(ILogger logger, string error);

        [LoggerMessage(4202, LogLevel.Warning, "A login failed because its session could not be stored: {Reason}")]
        public static partial void NotStored(ILogger logger, string reason);

        [LoggerMessage(4203, LogLevel.Information, "A login failed because all sessions of its user were ended meanwhile")]
        public static partial void EndedMeanwhile(ILogger logger);
    }
}
