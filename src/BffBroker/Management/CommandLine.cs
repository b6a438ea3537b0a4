using BffBroker.Management.Doctor;

namespace BffBroker.Management;

/// <summary>The first word of the command line says what the process does; without one it serves.</summary>
internal static class CommandLine
{
    /// <summary>sysexits.h EX_USAGE.</summary>
    private const int Misused = 64;

    private static readonly Verb[] Verbs =
    [
        new("check", "[strict]", "finds out whether a broker could run here, and what to do if not", args => args switch
        {
            ["strict", .. var settings] => BrokerProcess.CheckAsync(settings, Verdict.Warning),
            _ when AreSettings(args) => BrokerProcess.CheckAsync(args, Verdict.Outage),
            _ => MisuseAsync(),
        }),
        new("healthcheck", "[live]", "asks the broker that runs here whether it is ready, or live", args => args switch
        {
            ["live", .. var settings] => HealthCheck.RunAsync("live", settings),
            _ when AreSettings(args) => HealthCheck.RunAsync("ready", args),
            _ => MisuseAsync(),
        }),
        new("new-certificate", "FILE", "makes the certificate of a key ring, unless the file is there", args => args is [not ['-', ..] and not ""] ? NewCertificate.RunAsync(args[0]) : MisuseAsync()),
        new("new-key", "", "adds a key to the ring in Redis", args => AreSettings(args) ? BrokerProcess.AddKeyAsync(args) : MisuseAsync()),
    ];

    private static string Usage => string.Join(
        Environment.NewLine,
        ["Usage: dotnet BffBroker.dll [VERB] [--Section:Key=value …]", "Without a verb it serves.", .. Verbs.Select(verb => $"  {verb.Name + " " + verb.Words,-22}{verb.Does}")]);

    public static Task<int> RunAsync(string[] args) => args switch
    {
        ["--help" or "-h" or "help", ..] => HelpAsync(),
        _ when AreSettings(args) => BrokerProcess.ServeAsync(args),
        [var name, .. var rest] when Verbs.FirstOrDefault(verb => verb.Name == name) is { } found => found.RunAsync(rest),

        // Whoever mistypes a verb does not want a broker.
        _ => MisuseAsync(),
    };

    private static bool AreSettings(string[] args) => args is [] or [['-', ..], ..] || args[0].Contains('=', StringComparison.Ordinal);

    private static async Task<int> HelpAsync()
    {
        await Console.Out.WriteLineAsync(Usage);
        return 0;
    }

    private static async Task<int> MisuseAsync()
    {
        await Console.Error.WriteLineAsync(Usage);
        return Misused;
    }

    /// <param name="Words">What may follow it, as the usage shows it.</param>
    /// <param name="RunAsync">Gives the exit code, by all that came after the verb.</param>
    private sealed record Verb(string Name, string Words, string Does, Func<string[], Task<int>> RunAsync);
}
