using System.Diagnostics;

namespace BffBroker.Benchmarks.Load;

/// <summary>Programs that end by themselves.</summary>
internal static class Commands
{
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}. {await output} {await errors}");
    }

    /// <exception cref="FileNotFoundException">It says what to install.</exception>
    public static void Require(string program, string package)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, program))))
        {
            throw new FileNotFoundException($"No {program} on PATH: apt-get install {package}.");
        }
    }
}
