using System.Collections.Concurrent;
using System.Diagnostics;
using BffBroker.Tests.Support;

namespace BffBroker.BrowserTests.Support;

/// <summary>The sandbox's binary as a process.</summary>
internal sealed class SandboxProgram : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _process;

    private SandboxProgram(string[] arguments, string redis)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "Sandbox.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ConnectionStrings__Redis"] = redis;
        start.Environment["DOTNET_TieredPGO"] = "0"; // it lives for seconds, and learns for nobody
        _process = Programs.Start(start);
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <param name="arguments">Of the command line.</param>
    /// <param name="redis">Where sessions are kept; empty for in memory.</param>
    public static async Task<SandboxProgram> StartAsync(string[] arguments, string redis)
    {
        var program = new SandboxProgram(arguments, redis);
        try
        {
            await Wait.UntilAsync(program.HasStarted, "the sandbox to start");
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        Programs.End(_process);
        return ValueTask.CompletedTask;
    }

    private bool HasStarted()
    {
        var output = string.Join('\n', _output);
        Assert.False(_process.HasExited, output);
        return output.Contains("Ctrl+C ends it.", StringComparison.Ordinal);
    }
}
