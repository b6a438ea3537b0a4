using System.Runtime.InteropServices;

namespace BffBroker.Benchmarks.Load;

/// <summary>What the figures were measured with.</summary>
internal sealed record Machine(string Processor, int Processors, string System, string Runtime, string Redis, string Wrk, DateTimeOffset At)
{
    public static async Task<Machine> DescribeAsync() => new(
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown",
        Environment.ProcessorCount,
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        (await Commands.RunAsync("redis-server", "--version")).Split("v=")[1].Split(' ')[0],
        await WrkVersionAsync(),
        TimeProvider.System.GetUtcNow());

    // It prints its version, and ends as if that were an error.
    private static async Task<string> WrkVersionAsync() => (await Commands.RunAsync("sh", "-c", "wrk --version || true")).Split(' ') is [_, var version, ..] ? version : "unknown";
}
