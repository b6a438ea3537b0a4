using System.Text.RegularExpressions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Deploy;

/// <summary>The repository's Dockerfile, by stage.</summary>
internal sealed partial class Dockerfile
{
    private Dockerfile(string text)
    {
        var instructions = Continued.Replace(Comment.Replace(text, ""), " ").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', 2, StringSplitOptions.TrimEntries)).Select(parts => new Instruction(parts[0], parts[1]));
        foreach (var instruction in instructions)
        {
            if (instruction.Name == "FROM")
            {
                var from = From.Match(instruction.Text);
                Stages.Add(new(from.Groups["as"].Value, from.Groups["image"].Value, Stages.Find(stage => stage.Name == from.Groups["image"].Value), []));
            }
            else
            {
                Stages[^1].Own.Add(instruction);
            }
        }
    }

    public static Dockerfile Shipped { get; } = new(File.ReadAllText(Path.Combine(Sources.Root, "Dockerfile")));

    public List<Stage> Stages { get; } = [];

    public Stage StageNamed(string name) => Assert.Single(Stages, stage => stage.Name == name);

    [GeneratedRegex(@"^(--platform=\S+ )?(?<image>\S+) AS (?<as>\S+)$")]
    private static partial Regex From { get; }

    [GeneratedRegex(@"^#.*\n", RegexOptions.Multiline)]
    private static partial Regex Comment { get; }

    [GeneratedRegex(@"\\\n")]
    private static partial Regex Continued { get; }

    internal sealed record Instruction(string Name, string Text)
    {
        /// <summary>Of a COPY out of the repository: what it takes.</summary>
        public IEnumerable<string> Sources => Name == "COPY" && !Text.StartsWith("--from", StringComparison.Ordinal) ? Text.Split(' ')[..^1] : [];

        public string? SourceStage => Name == "COPY" && Text.StartsWith("--from=", StringComparison.Ordinal) ? Text["--from=".Length..].Split(' ')[0] : null;
    }

    /// <param name="Base">Null on an image from outside.</param>
    internal sealed record Stage(string Name, string Image, Stage? Base, List<Instruction> Own)
    {
        /// <summary>Those of the stages below come first.</summary>
        public IEnumerable<Instruction> All => [.. Base?.All ?? [], .. Own];

        public bool Has(string instruction) => All.Any(own => own.Name == instruction);

        public string Last(string instruction) => All.Last(own => own.Name == instruction).Text;
    }
}
