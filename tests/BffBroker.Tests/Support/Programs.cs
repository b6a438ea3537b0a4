using System.Collections.Concurrent;
using System.Diagnostics;

namespace BffBroker.Tests.Support;

/// <summary>Real programs as processes of the test's own.</summary>
internal static class Programs
{
    private static readonly ConcurrentDictionary<Process, bool> Running = new();

    static Programs() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var process in Running.Keys)
        {
            End(process);
        }
    };

    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    /// <summary>Where it is. Without it the test is skipped on a laptop, and fails in CI.</summary>
    public static string Require(string name, string why, string? package = null) =>
        Find(name) ?? throw Missing($"Needs {name} on PATH, {why}: apt-get install {package ?? name}.");

    /// <summary>Skips the test, or fails it in CI, where everything is installed.</summary>
    public static Exception Missing(string reason)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", reason);
        return new InvalidOperationException(reason + " In CI its absence is a failure.");
    }

    public static Process Start(string program, params string[] arguments)
    {
        var process = Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>It ends with the tests at the latest, even if whoever started it never got to end it.</summary>
    public static Process Start(ProcessStartInfo start)
    {
        var process = Process.Start(start)!;
        Running[process] = true;
        return process;
    }

    /// <summary>Runs it to its good end, and gives what it wrote to standard output.</summary>
    public static async Task<string> OutputOfAsync(string program, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var (exitCode, output, errors) = await RunAsync(start);
        Assert.True(exitCode == 0, errors);
        return output;
    }

    /// <summary>One that ends by itself, to its end.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(string program, params string[] arguments) => RunAsync(new ProcessStartInfo(program, arguments));

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        var process = Start(start);
        try
        {
            var cancellationToken = TestContext.Current.CancellationToken;
            var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, texts[0], texts[1]);
        }
        finally
        {
            End(process);
        }
    }

    /// <summary>SIGKILL, workers included: nobody gets to say goodbye.</summary>
    public static void End(Process? process)
    {
        if (process is null || !Running.TryRemove(process, out _))
        {
            return;
        }

        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
    }
}
