using System.Diagnostics;
using System.Globalization;

namespace AmazonSimulator;

/// <summary>
/// Something that goes wrong at one call. A fault strikes before processing, so that nothing has happened at Amazon; marked
/// <see cref="AfterProcessing"/> the work is done (the code is used up, the token rotated) and only the answer is lost.
/// Tampered answers are genuine work by nature.
/// </summary>
internal abstract record Fault
{
    private Fault()
    {
    }

    public static Fault HtmlUnavailable { get; } =
        Status(503, "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>", "text/html");

    public static Fault XmlNotFound { get; } = new Answer(ApiAnswer.UnknownOperation);

    public static Fault HalfJson { get; } = Status(200, "{\"access_token\":\"Atza|IwEBIHalf", "application/json");

    public static Fault Reset { get; } = new Abort();

    public static Fault InvalidToken { get; } = new Refusal(ErrorResponse.InvalidToken);

    public static Fault InsufficientScope { get; } = new Refusal(ErrorResponse.InsufficientScope);

    public static Fault NoAccessToken { get; } = new Tampered(Tampering.NoAccessToken);

    public static Fault WrongTokenType { get; } = new Tampered(Tampering.WrongTokenType);

    public static Fault Oversize { get; } = new Tampered(Tampering.Oversize);

    public static Fault ForeignAudience { get; } = new Tampered(Tampering.ForeignAudience);

    public static Fault ForeignUser { get; } = new Tampered(Tampering.ForeignUser);

    public static Fault MissingUserId { get; } = new Tampered(Tampering.MissingUserId);

    public bool AfterProcessing { get; init; }

    /// <summary>For listings.</summary>
    public string Name => this switch
    {
        Answer answer => $"status {answer.Value.Status.ToString(CultureInfo.InvariantCulture)}",
        Refusal refusal => refusal.Error.Error,
        Abort => "reset",
        Delay => "slow",
        Tampered tampered => tampered.How.Name,
        _ => throw new UnreachableException(),
    };

    public static Fault Status(int code, string body = "", string contentType = "text/plain", TimeSpan? retryAfter = null) =>
        new Answer(new(code) { Text = body, ContentType = contentType, Headers = RetryAfter(retryAfter) });

    /// <param name="error">Amazon's own sources write <c>ServerError</c> and <c>servererror</c>.</param>
    public static Fault ServerError(string error = "ServerError") => OAuthError(500, error, "The server failed to handle the request");

    public static Fault EmptyBody(int status) => Status(status);

    /// <summary>Made up: no page about Login with Amazon says how it throttles.</summary>
    public static Fault TooManyRequests(TimeSpan? retryAfter = null) => Status(429, retryAfter: retryAfter);

    /// <summary>An error in OAuth's words: JSON from an API endpoint, a redirect to the client from the authorization endpoint.</summary>
    public static Fault OAuthError(int status, string error, string description) => new Refusal(new(status, error, description));

    public static Fault Redirect(string location = "https://www.amazon.com/") =>
        new Answer(new(302) { Headers = new Dictionary<string, string> { ["Location"] = location } });

    public static Fault Slow(TimeSpan by) => new Delay((clock, cancellationToken) => clock.DelayAsync(by, cancellationToken));

    /// <summary>Slow until the caller's task completes; for tests that need to be between two steps.</summary>
    public static Fault Until(Task released) => new Delay((_, cancellationToken) => released.WaitAsync(cancellationToken));

    private static Dictionary<string, string> RetryAfter(TimeSpan? wait) =>
        wait is { } time ? new() { ["Retry-After"] = Math.Ceiling(time.TotalSeconds).ToString(CultureInfo.InvariantCulture) } : [];

    /// <summary>Another answer than the genuine one.</summary>
    public sealed record Answer(ApiAnswer Value) : Fault;

    /// <summary>An error in OAuth's words, in the shape of the endpoint it strikes.</summary>
    public sealed record Refusal(ErrorResponse Error) : Fault;

    /// <summary>The connection breaks without an answer.</summary>
    public sealed record Abort : Fault;

    /// <summary>The genuine answer, late.</summary>
    public sealed record Delay(Func<SimulatorClock, CancellationToken, Task> WaitAsync) : Fault;

    /// <summary>The genuine answer with something wrong in it. Refusals are left alone.</summary>
    public sealed record Tampered(Tampering How) : Fault
    {
        public ApiAnswer ApplyTo(ApiAnswer genuine)
        {
            if (genuine is { Status: 200, Members: { } members })
            {
                How.ApplyTo(members);
            }

            return genuine;
        }
    }
}
