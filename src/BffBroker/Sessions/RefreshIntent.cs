using System.Globalization;
using System.Security.Cryptography;

namespace BffBroker.Sessions;

/// <summary>
/// What is noted beside a record before its refresh token is sent, in clear: so that all nodes know of a send whose answer nobody has seen.
/// A save of the next generation wipes it out.
/// </summary>
/// <param name="Generation">Whose refresh token it is about.</param>
/// <param name="At">When the send began; once it is no longer open, when it ended.</param>
/// <param name="Unanswered">How many sends before ended without an answer: the token may be used up.</param>
/// <param name="IsOpen">The answer may still come, to a node that runs, hangs or is dead.</param>
/// <param name="ForcedAt">When a token was last asked for because Amazon rejected the one that was there.</param>
/// <param name="Attempt">Tells two sends of the same instant apart.</param>
internal sealed record RefreshIntent(long Generation, DateTimeOffset At, int Unanswered, bool IsOpen, DateTimeOffset? ForcedAt, string Attempt)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <summary>Whether the refresh token may be used up without anybody having its successor.</summary>
    public bool IsOutcomeUnknown => IsOpen || Unanswered > 0;

    /// <summary>The intent of the next send, after this one.</summary>
    public static RefreshIntent Begin(RefreshIntent? before, long generation, DateTimeOffset now, bool isForced) => new(
        generation,
        now,
        before is null ? 0 : before.IsOpen ? NextOf(before.Unanswered) : before.Unanswered,
        IsOpen: true,
        isForced ? now : before?.ForcedAt,
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));

    /// <summary>No answer came, and none can come any more.</summary>
    public RefreshIntent Unknown(DateTimeOffset now) => this with { At = now, Unanswered = NextOf(Unanswered), IsOpen = false };

    /// <summary>An answer came that leaves the refresh token as it was. Null when there is nothing left to tell.</summary>
    public RefreshIntent? Answered(DateTimeOffset now) => Unanswered == 0 && ForcedAt is null ? null : this with { At = now, IsOpen = false };

    /// <summary>
    /// How long the token must not be sent: not while <paramref name="wholeRefresh"/> may still be running, then for 1, 2, 4 … 60 s after each send
    /// that was lost. An instant that lies far ahead comes from a clock that was wrong, and keeps nobody waiting.
    /// </summary>
    public TimeSpan Wait(TimeSpan wholeRefresh, DateTimeOffset now)
    {
        var whole = IsOpen ? wholeRefresh : Unanswered > 0 ? Pause(Unanswered) : TimeSpan.Zero;
        var elapsed = now - At;
        return elapsed >= whole || -elapsed > whole ? TimeSpan.Zero : whole - elapsed;
    }

    /// <summary>1, 2, 4 … 60 s.</summary>
    public static TimeSpan Pause(int failures)
    {
        var pause = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(failures, 10) - 1));
        return pause < LongestPause ? pause : LongestPause;
    }

    public override string ToString() => Unparsed
        ?? string.Create(CultureInfo.InvariantCulture, $"{Generation} {At.ToUnixTimeMilliseconds()} {Unanswered} {(IsOpen ? "open" : "closed")} {ForcedAt?.ToUnixTimeMilliseconds() ?? 0} {Attempt}");

    /// <summary>Null where there is none. A text that this version has not written, perhaps of another one, is a send that may be open.</summary>
    public static RefreshIntent? Parse(string? text) =>
        string.IsNullOrEmpty(text) ? null
        : Read(text) is { } intent && intent.ToString() == text ? intent
        : new(0, DateTimeOffset.UnixEpoch, 0, IsOpen: true, ForcedAt: null, Attempt: "") { Unparsed = text };

    private string? Unparsed { get; init; }

    private static RefreshIntent? Read(string text) =>
        text.Split(' ') is [var generation, var at, var unanswered, "open" or "closed", var forcedAt, var attempt] parts
        && TryParse(generation, out var number)
        && TryParse(at, out var since)
        && TryParse(unanswered, out var count)
        && TryParse(forcedAt, out var forced)
            ? new(number, Instant(since), (int)Math.Min(count, int.MaxValue), parts[3] == "open", forced == 0 ? null : Instant(forced), attempt)
            : null;

    private static int NextOf(int count) => count < int.MaxValue ? count + 1 : count;

    private static bool TryParse(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static DateTimeOffset Instant(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(milliseconds, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
}
