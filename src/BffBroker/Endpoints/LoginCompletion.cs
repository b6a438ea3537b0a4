using BffBroker.Amazon;
using BffBroker.OAuth;
using BffBroker.Sessions;
using Microsoft.Extensions.Options;

namespace BffBroker.Endpoints;

/// <summary>The second half of a login, after its <c>state</c> was marked used: code to tokens, tokens to user, user to session.</summary>
internal sealed partial class LoginCompletion(
    TokenEndpoint tokenEndpoint,
    ProfileEndpoint profileEndpoint,
    SessionVault vault,
    SessionEnding ending,
    UserSessions users,
    PublicSite site,
    IOptionsMonitor<AmazonOptions> amazonOptions,
    TimeProvider clock,
    ILogger<LoginCompletion> logger)
{
    /// <param name="oldSessionKey">Of the session that this browser has until now; a login replaces it.</param>
    /// <param name="userAgent">For the list of the user's sessions.</param>
    public async Task<LoginOutcome> CompleteAsync(
        CallbackRequest callback, LoginState state, CookieSecret loginKey, CookieSecret? oldSessionKey, string? userAgent, CancellationToken cancellationToken)
    {
        if (callback.Code is null)
        {
            return Refusal(callback.Error);
        }

        try
        {
            switch (await tokenEndpoint.ExchangeCodeAsync(callback.Code, site.RedirectUri, CodeVerifier.Derive(loginKey, state.Nonce), cancellationToken))
            {
                case TokenRequestOutcome.Issued(var response):
                    var tokens = TokenSet.From(response, clock.GetUtcNow());
                    return await profileEndpoint.IdentifyAsync(tokens.AccessToken, cancellationToken) switch
                    {
                        IdentityOutcome.Confirmed(var user) => await BeginAsync(user, tokens, callback, state, loginKey, oldSessionKey, userAgent),
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
    private async Task<LoginOutcome> BeginAsync(
        UserIdentity user, TokenSet tokens, CallbackRequest callback, LoginState state, CookieSecret loginKey, CookieSecret? oldSessionKey, string? userAgent)
    {
        var old = await FindAsync(oldSessionKey, user);
        var granted = Granted(callback, state);
        var declined = state.Scopes.Union(old?.Session.Granted ?? Scopes.None).Except(granted);

        if (await vault.CreateAsync(user, granted, tokens, declined, userAgent, loginKey.Ref) is not { } session)
        {
            Log.EndedMeanwhile(logger);
            return LoginOutcome.Refused;
        }

        if (old is not null)
        {
            await ending.RetireAsync(old.Handle);
        }
        else if (oldSessionKey is not null)
        {
            // Another user's, or one that does not open.
            await ending.EndSurelyAsync(SessionHandle.Of(oldSessionKey), SessionEndReason.ReplacedByLogin);
        }

        await users.EvictAsync(session);
        return new LoginOutcome.Succeeded(session);
    }

    private async Task<OpenSession?> FindAsync(CookieSecret? key, UserIdentity user) =>
        key is not null && await vault.FindAsync(key) is SessionLookup.Found(var session) && session.Session.User.UserId == user.UserId ? session : null;

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
