using System.Diagnostics;
using System.Net;
using BffBroker.OAuth;
using Microsoft.Extensions.Options;

namespace BffBroker.Amazon;

/// <summary>Amazon's token endpoint. A code or refresh token that Amazon may have used is not sent again: it may be good for one use only.</summary>
internal sealed partial class TokenClient(AmazonRequests requests, IOptionsMonitor<AmazonOptions> options, ILogger<TokenClient> logger)
{
    /// <summary>What LWA and RFC 6749 5.2 define; anything else in <c>error</c> is not fit for a log.</summary>
    private static readonly HashSet<string> KnownErrors =
    [
        "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "servererror",
    ];

    /// <summary>Waits for <c>Amazon:Timeout</c>.</summary>
    public Task<TokenRequestOutcome> ExchangeCodeAsync(
        AuthorizationCode code, string redirectUri, CodeVerifier codeVerifier, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string> { ["code"] = code.Value, ["redirect_uri"] = redirectUri, ["code_verifier"] = codeVerifier.Value };
        return requests.InTimeAsync(limit => RequestAsync(AmazonOperation.CodeExchange, parameters, limit), cancellationToken);
    }

    /// <summary>Implements <see cref="Sessions.RefreshGrant"/>. LWA takes no redirect URI here.</summary>
    public Task<TokenRequestOutcome> RefreshAsync(RefreshToken refreshToken, CancellationToken cancellationToken) =>
        RequestAsync(AmazonOperation.Refresh, new() { ["refresh_token"] = refreshToken.Value }, cancellationToken);

    private async Task<TokenRequestOutcome> RequestAsync(AmazonOperation grant, Dictionary<string, string> parameters, CancellationToken cancellationToken)
    {
        var amazon = options.CurrentValue;
        parameters["grant_type"] = grant.Name;
        parameters["client_id"] = amazon.ClientId;

        var outcome = await SendAsync(amazon.ClientSecret);
        if (outcome is AmazonOutcome.Answered { Answer.Error: "invalid_client" } && !string.IsNullOrEmpty(amazon.PreviousClientSecret))
        {
            Log.TryingPreviousSecret(logger);
            outcome = await SendAsync(amazon.PreviousClientSecret);
        }

        return outcome switch
        {
            AmazonOutcome.Unsent => new TokenRequestOutcome.Unavailable(outcome.RetryAfter),
            AmazonOutcome.Unanswered => new TokenRequestOutcome.Unanswered(),
            AmazonOutcome.Answered(var answer) => Read(grant.Name, answer),
            _ => throw new UnreachableException(),
        };

        Task<AmazonOutcome> SendAsync(string secret)
        {
            parameters["client_secret"] = secret;
            return requests.SendAsync(
                grant,
                () => new(HttpMethod.Post, amazon.GetEndpoints().Token) { Content = new FormUrlEncodedContent(parameters) },
                cancellationToken);
        }
    }

    private TokenRequestOutcome Read(string grantType, AmazonAnswer answer)
    {
        switch (answer)
        {
            case { Status: HttpStatusCode.OK } when answer.Read(AmazonJson.Default.TokenMessage)?.ToTokenResponse() is { } response:
                return new TokenRequestOutcome.Issued(response);

            case { IsTransient: true }:
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
                return new TokenRequestOutcome.Unexpected(MayBeDone: (int)answer.Status is >= 200 and < 300);
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
