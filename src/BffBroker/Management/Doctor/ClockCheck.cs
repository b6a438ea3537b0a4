namespace BffBroker.Management.Doctor;

/// <summary>This machine's clock beside another's. Nodes that disagree take each other's states for expired and refresh at the wrong time.</summary>
internal static class ClockCheck
{
    private static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TooMuch = TimeSpan.FromSeconds(60);

    /// <param name="sent">This machine's time when the other was asked.</param>
    /// <param name="received">And when the answer was there: the other read its clock somewhere between.</param>
    public static Finding Compare(string other, DateTimeOffset theirs, DateTimeOffset sent, DateTimeOffset received)
    {
        var off = theirs < sent ? theirs - sent : theirs > received ? theirs - received : TimeSpan.Zero;
        if (off.Duration() <= Noticeable)
        {
            return Finding.Ok($"Clock: in step with {other}.");
        }

        var text = $"Clock: this machine is {off.Duration().TotalSeconds:0} s {(off > TimeSpan.Zero ? "behind" : "ahead of")} {other}.";
        const string Remedy = "Let NTP set the clock of every machine.";
        return off.Duration() <= TooMuch ? Finding.Warning(text, Remedy) : Finding.Problem(text, Remedy);
    }
}
