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
    PublicSite site,
    IOptionsMonitor<AmazonOptions> amazonOptions,
    TimeProvider clock,
    ILogger<LoginCompletion> logger)
{
    /// <param name="oldSessionKey">Of the session that this browser has until now; a login replaces it.</param>
    public async Task<LoginOutcome> CompleteAsync(
        CallbackRequest callback, LoginState state, CookieSecret loginKey, CookieSecret? oldSessionKey, CancellationToken cancellationToken)
    {
        if (callback.Code is null)
        {
            return Refusal(callback.Error);
        }

        try
        {
            return await ExchangeAsync(callback.Code, Granted(callback, state), CodeVerifier.Derive(loginKey, state.Nonce), oldSessionKey, cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            Log.NotStored(logger, exception.Message);
            return LoginOutcome.Unavailable;
        }
    }

    private async Task<LoginOutcome> ExchangeAsync(
        AuthorizationCode code, Scopes granted, CodeVerifier codeVerifier, CookieSecret? oldSessionKey, CancellationToken cancellationToken)
    {
        switch (await tokenEndpoint.ExchangeCodeAsync(code, site.RedirectUri, codeVerifier, cancellationToken))
        {
            case TokenRequestOutcome.Issued(var response):
                var tokens = TokenSet.From(response, clock.GetUtcNow());
                return await profileEndpoint.IdentifyAsync(tokens.AccessToken, cancellationToken) switch
                {
                    IdentityOutcome.Confirmed(var user) => new LoginOutcome.Succeeded(await ReplaceAsync(oldSessionKey, user, granted, tokens)),
                    IdentityOutcome.Unavailable => LoginOutcome.Unavailable,
                    _ => LoginOutcome.Refused,
                };

            case TokenRequestOutcome.Unavailable or TokenRequestOutcome.Unanswered:
                return LoginOutcome.Unavailable;

            default:
                return LoginOutcome.Refused;
        }
    }

    // The new session first: if it cannot be stored, the old one lives on.
    private async Task<OpenSession> ReplaceAsync(CookieSecret? oldSessionKey, UserIdentity user, Scopes granted, TokenSet tokens)
    {
        var session = await vault.CreateAsync(user, granted, tokens);
        if (oldSessionKey is null)
        {
            return session;
        }

        await EndOldAsync(oldSessionKey, user);
        return session;
    }

    private async Task EndOldAsync(CookieSecret oldSessionKey, UserIdentity user)
    {
        var handle = SessionHandle.Of(oldSessionKey);
        if (await vault.FindAsync(oldSessionKey) is SessionLookup.Found(var old) && old.Session.User.UserId == user.UserId)
        {
            await vault.RetireAsync(handle);
        }
        else
        {
            await vault.EndAsync(handle, SessionEndReason.ReplacedByLogin);
        }
    }

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
    }
}
