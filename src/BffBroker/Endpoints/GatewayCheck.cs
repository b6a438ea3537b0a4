using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Settings;
using BffBroker.Telemetry;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace BffBroker.Endpoints;

/// <summary>
/// The one decision behind all gateway protocols, from the session record alone: one read, and no call to Amazon but a refresh of an access token
/// that is to be passed on.
/// </summary>
internal sealed partial class GatewayCheck(
    SessionAccess access, SessionTokens tokens, IOptionsMonitor<GatewayOptions> options, BrokerMeter meter, ILogger<GatewayCheck> logger)
{
    private bool _hasTold;

    public async Task<GatewayOutcome> DecideAsync(HttpContext http)
    {
        GatewayOutcome outcome;
        try
        {
            outcome = await DecideAsync(http, options.CurrentValue);
        }
        catch (StoreUnavailableException exception)
        {
            Log.StoreUnavailable(logger, exception.Message);
            outcome = new GatewayOutcome.Unavailable(Problems.StoreRetryAfter);
        }

        meter.GatewayAsked(WordFor(outcome));
        return outcome;
    }

    /// <summary>A gateway that is not to be answered, or asks for what is not ours. Its operator finds it in the counter.</summary>
    public void CountRefusal(string code) =>
        meter.GatewayAsked(Problems.Describe(code).Status == StatusCodes.Status503ServiceUnavailable ? GatewayCheckOutcome.Unavailable : GatewayCheckOutcome.Forbidden);

    private async Task<GatewayOutcome> DecideAsync(HttpContext http, GatewayOptions gateway)
    {
        // First: whoever may not have the token is not to learn whether there is one.
        if (gateway.PassAccessToken && !IsKey(http.Request.Headers[IdentityHeaders.GatewayKey], gateway.Key))
        {
            TellOnce();
            return new GatewayOutcome.Forbidden(Problems.GatewayKeyRequired);
        }

        return await access.FindForGatewayAsync(http) switch
        {
            SessionLookup.Found(var session) => Judge(session.Session, http.Request, gateway) ?? await AllowAsync(session, gateway, http.RequestAborted),
            SessionLookup.Unreadable => new GatewayOutcome.Unreadable(),
            _ => new GatewayOutcome.Unauthenticated(),
        };
    }

    /// <summary>Null for a session that may pass.</summary>
    private static GatewayOutcome.Forbidden? Judge(Session session, HttpRequest request, GatewayOptions gateway)
    {
        if (gateway.AllowedUsers.Count > 0 && !gateway.AllowedUsers.Contains(session.User.UserId))
        {
            return new(Problems.NotAllowed);
        }

        // Named twice, both count: nothing that is added to the URL takes a demand away.
        return request.QueryString.HasValue
            && request.Query.TryGetValue("scope", out var scopes)
            && Scopes.Parse(string.Join(' ', scopes.AsEnumerable())).Except(session.Granted) is { IsEmpty: false } missing
            ? new(Problems.InsufficientScope, missing)
            : null;
    }

    private async Task<GatewayOutcome> AllowAsync(OpenSession session, GatewayOptions gateway, CancellationToken cancellationToken)
    {
        var user = session.Session.User;
        return !gateway.PassAccessToken ? new GatewayOutcome.Allowed(user, null) : await tokens.GetAsync(session, cancellationToken) switch
        {
            TokenOutcome.Usable(var usable) => new GatewayOutcome.Allowed(user, usable.Tokens.AccessToken),
            TokenOutcome.LoginRequired => new GatewayOutcome.Unauthenticated(),
            TokenOutcome.Unavailable(var retryAfter) => new GatewayOutcome.Unavailable(retryAfter),
            TokenOutcome.AmazonError => new GatewayOutcome.AmazonError(),
            _ => new GatewayOutcome.Unreadable(),
        };
    }

    private static bool IsKey(StringValues given, string? key) => given is [{ } only] && key is not null && SharedKey.IsSame(only, key);

    private void TellOnce()
    {
        if (!Interlocked.Exchange(ref _hasTold, true))
        {
            Log.KeyRequired(logger);
        }
    }

    private static string WordFor(GatewayOutcome outcome) => outcome switch
    {
        GatewayOutcome.Allowed => GatewayCheckOutcome.Allowed,
        GatewayOutcome.Unauthenticated => GatewayCheckOutcome.Unauthenticated,
        GatewayOutcome.Forbidden => GatewayCheckOutcome.Forbidden,
        _ => GatewayCheckOutcome.Unavailable,
    };

    private static partial class Log
    {
        [LoggerMessage(4501, LogLevel.Warning, "A gateway was answered 503, and nothing is lost: {Reason} Check Redis if it stays so")]
        public static partial void StoreUnavailable(ILogger logger, string reason);

        [LoggerMessage(4502, LogLevel.Warning, "/auth was asked without Gateway:Key. If it was your gateway, let it send the key as X-Bff-Gateway-Key; pages that ask are refused for good reason")]
        public static partial void KeyRequired(ILogger logger);
    }
}
