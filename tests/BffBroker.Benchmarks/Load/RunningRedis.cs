using System.Globalization;
using System.Net.Sockets;
using BffBroker.Tests.Support;

namespace BffBroker.Benchmarks.Load;

/// <summary>A redis-server of the run's own, which keeps nothing on disk, and tells what it was asked.</summary>
internal sealed class RunningRedis : IDisposable
{
    // What a client does for its connection, and not for a request.
    private static readonly HashSet<string> Housekeeping = ["auth", "client", "cluster", "config", "echo", "hello", "info", "ping", "publish", "sentinel", "subscribe", "time", "unsubscribe"];

    private readonly int _port = Ports.Free();
    private readonly RunningProgram _process;

    private RunningRedis() => _process = new("redis-server", ["--port", $"{_port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--loglevel", "warning"]);

    public string ConnectionString => $"127.0.0.1:{_port}";

    public static async Task<RunningRedis> StartAsync()
    {
        var redis = new RunningRedis();
        await redis._process.UntilAsync(async () =>
        {
            try
            {
                return await redis.CommandAsync("PING") == "PONG";
            }
            catch (Exception exception) when (exception is InvalidOperationException or SocketException)
            {
                return false;
            }
        }, "Redis to answer");
        return redis;
    }

    public async Task<string> CommandAsync(params string[] command) => (await Commands.RunAsync("redis-cli", ["-p", $"{_port}", .. command])).Trim();

    public async Task<long> NumberAsync(params string[] command) => long.Parse(await CommandAsync(command), CultureInfo.InvariantCulture);

    /// <summary>How often each command was run for a request, scripts' own commands included.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CommandsAsync() => (await CommandAsync("INFO", "commandstats")).Split('\n')
        .Where(line => line.StartsWith("cmdstat_", StringComparison.Ordinal))
        .Select(line => line["cmdstat_".Length..].Split(':'))
        .Select(parts => (Name: parts[0].Split('|')[0], Calls: long.Parse(parts[1].Split(',')[0]["calls=".Length..], CultureInfo.InvariantCulture)))
        .Where(command => !Housekeeping.Contains(command.Name))
        .GroupBy(command => command.Name)
        .ToDictionary(group => group.Key, group => group.Sum(command => command.Calls));

    public async Task<long> UsedBytesAsync() => long.Parse(
        (await CommandAsync("INFO", "memory")).Split('\n').First(line => line.StartsWith("used_memory:", StringComparison.Ordinal)).Split(':')[1].Trim(), CultureInfo.InvariantCulture);

    public void Dispose() => _process.Dispose();
}
