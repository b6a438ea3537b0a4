using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace BffBroker.Tests.Support;

/// <summary>Real programs as processes of the test's own.</summary>
internal static class Programs
{
    private static readonly ConcurrentDictionary<Process, bool> Running = new();
    private static readonly ConcurrentDictionary<int, bool> Given = new();

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

    /// <summary>A port for a program that cannot choose its own: below those that the system hands out, so that no connection takes it meanwhile.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(12_000, 32_000);
            if (!Given.TryAdd(port, true))
            {
                continue; // to a program that may not listen yet
            }

            try
            {
                // Bound, and not listening: a process that another test begins at this moment has all sockets until it is another program, and one that
                // listens would keep the port from who asked.
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }
}
