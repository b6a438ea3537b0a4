namespace BffBroker.Management.Doctor;

/// <summary>One thing that was looked at, with what to do where it is not well. Nothing in it is secret.</summary>
internal sealed record Finding(Verdict Verdict, string Text)
{
    public static Finding Ok(string text) => new(Verdict.Ok, text);

    public static Finding Warning(string text, string remedy) => new(Verdict.Warning, $"{text} {remedy}");

    public static Finding Outage(string text, string remedy) => new(Verdict.Outage, $"{text} {remedy}");

    public static Finding Problem(string text, string remedy) => new(Verdict.Problem, $"{text} {remedy}");

    // Some of it is what servers say: one line stays one, and none speaks to the terminal.
    public override string ToString() => $"{Word,-9}{string.Concat(Text.Select(character => char.IsControl(character) ? '?' : character))}";

    private string Word => Verdict switch
    {
        Verdict.Ok => "ok",
        Verdict.Warning => "warning",
        Verdict.Outage => "outage",
        _ => "problem",
    };
}
