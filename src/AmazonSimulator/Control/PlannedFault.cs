namespace AmazonSimulator;

/// <summary>A fault as the control API takes it: where, which, and what that one needs to know.</summary>
internal sealed record PlannedFault
{
    public string? Operation { get; init; }

    public string? Fault { get; init; }

    public int Times { get; init; } = 1;

    /// <summary>Until the faults are cleared, instead of <see cref="Times"/>.</summary>
    public bool Always { get; init; }

    public bool AfterProcessing { get; init; }

    public int Status { get; init; } = 500;

    public string Body { get; init; } = "";

    public string ContentType { get; init; } = "text/plain";

    public string Error { get; init; } = "ServerError";

    public string Description { get; init; } = "";

    public string Location { get; init; } = "https://www.amazon.com/";

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How slow.</summary>
    public TimeSpan Seconds { get; init; } = TimeSpan.FromSeconds(1);
}
