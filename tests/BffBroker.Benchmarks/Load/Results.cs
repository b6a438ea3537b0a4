using System.Text.Json;

namespace BffBroker.Benchmarks.Load;

/// <summary>All figures of a run.</summary>
internal sealed record Results(
    Machine Machine,
    Starts Starts,
    IReadOnlyList<Rate> Rates,
    IReadOnlyList<CommandCount> RedisCommands,
    int LoadedMebibytes,
    Storm Storm,
    IReadOnlyList<Rate> Variants,
    Churn Churn,
    IReadOnlyList<string> Problems)
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public Task WriteAsync(string path) => File.WriteAllTextAsync(path, JsonSerializer.Serialize(this, Indented) + "\n");

    /// <summary>As docs/performance.md has it.</summary>
    public void Print(TextWriter to)
    {
        to.WriteLine($"{Machine.Processors} × {Machine.Processor}, {Machine.System}, {Machine.Runtime}, Redis {Machine.Redis}, wrk {Machine.Wrk}");
        Print(to, Rates);
        to.WriteLine("\n| request | commands of Redis | which |\n|---|--:|---|");
        foreach (var count in RedisCommands)
        {
            to.WriteLine($"| {count.Name} | {count.PerRequest:0.##} | {count.Commands} |");
        }

        to.WriteLine("\n| | |\n|---|--:|");
        to.WriteLine($"| start to ready | {Starts.SecondsToReady:0.00} s |");
        to.WriteLine($"| memory, idle | {Starts.IdleMebibytes} MiB |");
        to.WriteLine($"| memory, after the rounds above | {LoadedMebibytes} MiB |");
        to.WriteLine($"| memory, each minute of churn | {string.Join(", ", Churn.Mebibytes)} MiB |");
        to.WriteLine($"| logins and logouts in the churn | {Churn.Logins}, {Churn.LoginsPerSecond} a second |");
        to.WriteLine($"| Redis, a session | {Churn.RedisBytesPerSession} bytes |");
        to.WriteLine($"| Redis, a login, for 15 minutes | {Churn.RedisBytesPerLogin} bytes |");
        to.WriteLine($"| storm: {Storm.Sessions} sessions, {Storm.Requests} requests at two nodes | {Storm.Seconds:0.0} s, {Storm.Failed} failed, {Storm.TokenCalls} token calls |");
        if (Variants.Count > 0)
        {
            Print(to, Variants);
        }

        foreach (var problem in Problems)
        {
            to.WriteLine(problem);
        }
    }

    private static void Print(TextWriter to, IReadOnlyList<Rate> rates)
    {
        to.WriteLine("\n| request | connections | requests/s | p50 µs | p99 µs | CPU µs | of | requests/s | p99 |\n|---|--:|--:|--:|--:|--:|---|--:|--:|");
        foreach (var rate in rates)
        {
            to.WriteLine($"| {rate.Name} | {rate.Connections} | {rate.RequestsPerSecond} | {rate.P50} | {rate.P99} | {rate.CpuMicroseconds} | {rate.Yardstick} | {rate.OfYardstick:0.00} | {rate.P99OfYardstick:0.00} |");
        }
    }
}
