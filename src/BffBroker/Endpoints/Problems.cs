using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BffBroker.Endpoints;

/// <summary>The broker's errors: RFC 9457 problem JSON. Nothing that Amazon or the client sent is in one.</summary>
internal static class Problems
{
    public const string InvalidRequest = "invalid_request";
    public const string InvalidState = "invalid_state";
    public const string InvalidReturnUrl = "invalid_return_url";
    public const string InvalidScope = "invalid_scope";
    public const string NavigationRequired = "navigation_required";
    public const string HostMismatch = "host_mismatch";
    public const string LoginRequired = "login_required";
    public const string AdminKeyRequired = "admin_key_required";
    public const string InsufficientScope = "insufficient_scope";
    public const string CrossSiteRequest = "cross_site_request";
    public const string TemporarilyUnavailable = "temporarily_unavailable";
    public const string AmazonError = "amazon_error";
    public const string NotAllowed = "not_allowed";
    public const string GatewayKeyRequired = "gateway_key_required";
    public const string UntrustedProxy = "untrusted_proxy";
    public const string UnknownHost = "unknown_host";
    public const string GatewayNotConfigured = "gateway_not_configured";
    public const string BadGateway = "bad_gateway";
    public const string GatewayTimeout = "gateway_timeout";
    public const string NotFound = "not_found";
    public const string MethodNotAllowed = "method_not_allowed";
    public const string RequestTimeout = "request_timeout";
    public const string RequestTooLarge = "request_too_large";
    public const string RateLimited = "rate_limited";
    public const string InternalError = "internal_error";

    /// <summary>Most of what keeps Redis from answering is over in a moment.</summary>
    public static readonly TimeSpan StoreRetryAfter = TimeSpan.FromSeconds(2);

    private static readonly Dictionary<string, (int Status, string Title)> Known = new(StringComparer.Ordinal)
    {
        [InvalidRequest] = (400, "The request is malformed."),
        [InvalidState] = (400, "This login cannot be finished. Begin a new one."),
        [InvalidReturnUrl] = (400, "returnUrl must be a path, or a URL on the public origin or an allowed one, of at most 1,500 bytes."),
        [InvalidScope] = (400, "scope may name only scopes that the broker is configured to ask for."),
        [NavigationRequired] = (400, "A login must be opened as a page, not fetched by a script or prefetched."),
        [HostMismatch] = (400, "The broker was reached under a host name that is not its public one."),
        [LoginRequired] = (401, "No live session. Log in."),
        [AdminKeyRequired] = (401, "The admin key is missing or wrong."),
        [InsufficientScope] = (403, "The user has not granted a scope that this needs."),
        [CrossSiteRequest] = (403, "Refused: the request seems to come from another site. A client that is no browser sends X-CSRF: 1."),
        [NotAllowed] = (403, "This user may not pass the gateway."),
        [GatewayKeyRequired] = (403, "Only a gateway that shows its key is answered here."),
        [UntrustedProxy] = (403, "Only a gateway that Broker:TrustedProxies names is answered here."),
        [UnknownHost] = (403, "The host asked for is none that a login at this broker is for."),
        [NotFound] = (404, "There is nothing here."),
        [MethodNotAllowed] = (405, "This method is not allowed here."),
        [RequestTimeout] = (408, "The request came too slowly."),
        [RequestTooLarge] = (413, "The request is too large."),
        [RateLimited] = (429, "Too many attempts from this network address. Try again later."),
        [InternalError] = (500, "The broker failed. The log has the details."),
        [AmazonError] = (502, "Amazon gave an answer that makes no sense."),
        [BadGateway] = (502, "The API behind the broker gave no whole answer."),
        [TemporarilyUnavailable] = (503, "A service that the broker needs does not answer. Try again."),
        [GatewayNotConfigured] = (503, "Broker:TrustedProxies must name the gateway's address."),
        [GatewayTimeout] = (504, "The API behind the broker took too long to answer."),
    };

    /// <summary>All there are.</summary>
    public static IEnumerable<string> Codes => Known.Keys;

    public static (int Status, string Title) Describe(string code) => Known[code];

    /// <param name="detail">What to change in the request, where the code does not tell.</param>
    public static JsonHttpResult<Problem> Json(HttpContext http, string code, string? loginUrl = null, string? detail = null)
    {
        var (status, title) = Known[code];
        var problem = new Problem("about:blank", title, status, code, TraceIdOf(http), loginUrl, detail);
        return TypedResults.Json(problem, ProblemJson.Default.Problem, "application/problem+json", status);
    }

    public static JsonHttpResult<Problem> Unavailable(HttpContext http, TimeSpan retryAfter, string? loginUrl = null)
    {
        SetRetryAfter(http, retryAfter);
        return Json(http, TemporarilyUnavailable, loginUrl);
    }

    public static void SetRetryAfter(HttpContext http, TimeSpan retryAfter) =>
        http.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(retryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    /// <summary>Ours, never the client's <c>traceparent</c>; the request's log line has it as <c>RequestId</c>.</summary>
    public static string TraceIdOf(HttpContext http) => http.TraceIdentifier;
}

/// <summary>RFC 9457, with <c>code</c> for programs and <c>loginUrl</c> where a login helps.</summary>
internal sealed record Problem(string Type, string Title, int Status, string Code, string TraceId, string? LoginUrl, string? Detail);

[JsonSerializable(typeof(Problem))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class ProblemJson : JsonSerializerContext;
