using System.Net;
using BffBroker.OAuth;
using Microsoft.Extensions.Options;

namespace BffBroker.Amazon;

/// <summary>Amazon's token endpoint. Sends each code and each refresh token once: both may be good for one use only.</summary>
internal sealed partial class TokenEndpoint(AmazonHttp http, IOptionsMonitor<AmazonOptions> options, ILogger<TokenEndpoint> logger)
{
    /// <summary>What LWA and RFC 6749 5.2 define; anything else in <c>error</c> is not fit for a log.</summary>
    private static readonly HashSet<string> KnownErrors =
    [
        "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "servererror",
    ];

    public Task<TokenRequestOutcome> ExchangeCodeAsync(
        AuthorizationCode code, string redirectUri, CodeVerifier codeVerifier, CancellationToken cancellationToken) =>
        RequestAsync(
            "authorization_code",
            http.SendAsync,
            new() { ["code"] = code.Value, ["redirect_uri"] = redirectUri, ["code_verifier"] = codeVerifier.Value },
            cancellationToken);

    /// <summary>Implements <see cref="Sessions.RefreshGrant"/>. LWA takes no redirect URI here.</summary>
    public Task<TokenRequestOutcome> RefreshAsync(RefreshToken refreshToken, CancellationToken cancellationToken) =>
        RequestAsync("refresh_token", http.SendPatientlyAsync, new() { ["refresh_token"] = refreshToken.Value }, cancellationToken);

    private async Task<TokenRequestOutcome> RequestAsync(
        string grantType,
        Func<string, HttpRequestMessage, CancellationToken, Task<AmazonAnswer?>> send,
        Dictionary<string, string> parameters,
        CancellationToken cancellationToken)
    {
        var amazon = options.CurrentValue;
        parameters["grant_type"] = grantType;
        parameters["client_id"] = amazon.ClientId;

        var answer = await SendAsync(amazon.ClientSecret);
        if (answer?.Error == "invalid_client" && !string.IsNullOrEmpty(amazon.PreviousClientSecret))
        {
            Log.TryingPreviousSecret(logger);
            answer = await SendAsync(amazon.PreviousClientSecret);
        }

        return Read(grantType, answer);

        async Task<AmazonAnswer?> SendAsync(string secret)
        {
            parameters["client_secret"] = secret;
            using var request = new HttpRequestMessage(HttpMethod.Post, new AmazonEndpoints(amazon).Token);
            request.Content = new FormUrlEncodedContent(parameters);
            return await send(grantType, request, cancellationToken);
        }
    }

    private TokenRequestOutcome Read(string grantType, AmazonAnswer? answer)
    {
        switch (answer)
        {
            case null:
                return new TokenRequestOutcome.Unavailable(null);

            case { Status: HttpStatusCode.OK } when answer.Read(AmazonJson.Default.TokenMessage)?.ToTokenResponse() is { } response:
                return new TokenRequestOutcome.Issued(response);

            case { IsTransient: true } or { Error: "servererror" }:
                Log.Transient(logger, grantType, (int)answer.Status, answer.RequestId);
                return new TokenRequestOutcome.Unavailable(answer.RetryAfter);

            case { Error: "invalid_grant" }:
                Log.InvalidGrant(logger, grantType, answer.RequestId);
                return new TokenRequestOutcome.InvalidGrant();

            case { Error: "invalid_client" or "unauthorized_client" }:
                Log.ClientRejected(logger, answer.Error, answer.RequestId);
                return new TokenRequestOutcome.Unavailable(null);

            default:
                Log.Undocumented(logger, grantType, (int)answer.Status, answer.Error is { } error && KnownErrors.Contains(error) ? error : "none known", answer.RequestId);
                return new TokenRequestOutcome.Unexpected();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Warning, "Amazon's token endpoint answered {GrantType} with {Status}, request {RequestId}: a passing fault")]
        public static partial void Transient(ILogger logger, string grantType, int status, string? requestId);

        [LoggerMessage(1102, LogLevel.Information, "Amazon answered {GrantType} with invalid_grant, request {RequestId}")]
        public static partial void InvalidGrant(ILogger logger, string grantType, string? requestId);

        [LoggerMessage(1103, LogLevel.Critical, "Amazon rejects our client: {Error}, request {RequestId}. Nobody can log in or refresh until Amazon:ClientId and Amazon:ClientSecret match the security profile; sessions are kept")]
        public static partial void ClientRejected(ILogger logger, string error, string? requestId);

        [LoggerMessage(1104, LogLevel.Error, "Amazon's token endpoint answered {GrantType} with {Status} and error {Error}, request {RequestId}, which LWA does not document for it")]
        public static partial void Undocumented(ILogger logger, string grantType, int status, string error, string? requestId);

        [LoggerMessage(1105, LogLevel.Warning, "Amazon rejects Amazon:ClientSecret; trying Amazon:PreviousClientSecret")]
        public static partial void TryingPreviousSecret(ILogger logger);
    }
}
