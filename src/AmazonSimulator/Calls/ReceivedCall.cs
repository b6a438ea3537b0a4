namespace AmazonSimulator;

/// <summary>A call as it came in. Paths have no query here, so no token or code either.</summary>
/// <param name="Region">The regional base: <c>na</c>, <c>eu</c>, <c>fe</c>, or empty.</param>
internal sealed record ReceivedCall(Operation Operation, string Method, string Path, string Region, DateTimeOffset At)
{
    /// <summary>Stands for a status where the connection was broken on purpose.</summary>
    public const int ConnectionReset = 0;

    /// <summary>Stands for a status where the caller did not wait for one.</summary>
    public const int CallerGone = 499;

    public string? GrantType => Operation.GrantType;

    /// <summary>Null while the answer is outstanding.</summary>
    public int? Status { get; set; }
}
