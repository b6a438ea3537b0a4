using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using BffBroker.OAuth;
using BffBroker.Telemetry;
using Microsoft.Extensions.Options;

namespace BffBroker.Amazon;

/// <summary>Amazon's <c>/user/profile</c>, and <c>tokeninfo</c>, which says whom a token was issued to.</summary>
internal sealed partial class ProfileClient(AmazonRequests requests, IOptionsMonitor<AmazonOptions> options, ILogger<ProfileClient> logger)
{
    /// <summary>Waits for <c>Amazon:Timeout</c>, repeats included.</summary>
    public async Task<ProfileOutcome> GetAsync(AccessToken accessToken, CancellationToken cancellationToken)
    {
        using var span = BrokerTrace.Start("profile");
        var url = options.CurrentValue.GetEndpoints().Profile;
        var bearer = new AuthenticationHeaderValue("Bearer", accessToken.Value);
        ProfileOutcome outcome = await SendAsync(AmazonOperation.Profile, () => new(HttpMethod.Get, url) { Headers = { Authorization = bearer } }, cancellationToken) switch
        {
            AmazonOutcome.Answered(var answer) => Read(answer),
            var none => new ProfileOutcome.Unavailable(none.RetryAfter),
        };
        span?.End(WordFor(outcome), isError: outcome is ProfileOutcome.Unavailable or ProfileOutcome.Unexpected);
        return outcome;
    }

    /// <summary>Whose the token of a fresh login is. It must be issued to our client, and for the user whose profile it gives.</summary>
    public async Task<IdentityOutcome> IdentifyAsync(AccessToken accessToken, CancellationToken cancellationToken)
    {
        var amazon = options.CurrentValue;
        var url = $"{amazon.GetEndpoints().TokenInfo}?access_token={Uri.EscapeDataString(accessToken.Value)}";
        var outcome = await SendAsync(AmazonOperation.TokenInfo, () => new(HttpMethod.Get, url), cancellationToken);
        if (outcome is not AmazonOutcome.Answered { Answer: { IsTransient: false } answer })
        {
            return new IdentityOutcome.Unavailable();
        }

        if (answer.Status != HttpStatusCode.OK || answer.Read(AmazonJson.Default.TokenInfoMessage) is not { } info || info.Audience != amazon.ClientId)
        {
            Log.ForeignToken(logger, answer.RequestId);
            return new IdentityOutcome.Refused();
        }

        return await GetAsync(accessToken, cancellationToken) switch
        {
            ProfileOutcome.Unavailable => new IdentityOutcome.Unavailable(),
            ProfileOutcome.Found(var json) when ProfileMessage.UserOf(json) is { } user && user.UserId == info.UserId => new IdentityOutcome.Confirmed(user),
            _ => Refuse(),
        };
    }

    private Task<AmazonOutcome> SendAsync(AmazonOperation operation, Func<HttpRequestMessage> request, CancellationToken cancellationToken) =>
        requests.InTimeAsync(limit => requests.SendAsync(operation, request, limit), cancellationToken);

    private ProfileOutcome Read(AmazonAnswer answer) => answer switch
    {
        { Status: HttpStatusCode.OK } when IsProfile(answer.Body) => new ProfileOutcome.Found(answer.Body),
        { IsTransient: true } => new ProfileOutcome.Unavailable(answer.RetryAfter),

        // LWA's statuses are the reverse of RFC 6750's: the error word decides. A 401 without one may be an expired token.
        { Error: "insufficient_scope" } => new ProfileOutcome.InsufficientScope(),
        { Error: "invalid_token" } or { Status: HttpStatusCode.Unauthorized, Error: null } => new ProfileOutcome.InvalidToken(),
        _ => Undocumented(answer),
    };

    private static string WordFor(ProfileOutcome outcome) => outcome switch
    {
        ProfileOutcome.Found => "ok",
        ProfileOutcome.InsufficientScope => "insufficient_scope",
        ProfileOutcome.InvalidToken => "invalid_token",
        ProfileOutcome.Unavailable => "unavailable",
        _ => "unexpected",
    };

    private IdentityOutcome.Refused Refuse()
    {
        Log.NoIdentity(logger);
        return new();
    }

    private ProfileOutcome.Unexpected Undocumented(AmazonAnswer answer)
    {
        Log.Undocumented(logger, (int)answer.Status, answer.RequestId);
        return new();
    }

    // One whole JSON object with something in it, and no error: what members it has depends on the scopes.
    private static bool IsProfile(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.EnumerateObject().Any()
                && !document.RootElement.TryGetProperty("error", out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Error, "Amazon answered the profile request with {Status}, request {RequestId}, and what LWA does not document")]
        public static partial void Undocumented(ILogger logger, int status, string? requestId);

        [LoggerMessage(1202, LogLevel.Error, "A login was refused: Amazon's tokeninfo, request {RequestId}, does not say that the new token was issued to Amazon:ClientId")]
        public static partial void ForeignToken(ILogger logger, string? requestId);

        [LoggerMessage(1203, LogLevel.Error, "A login was refused: the profile has no user_id, or another than tokeninfo")]
        public static partial void NoIdentity(ILogger logger);
    }
}
