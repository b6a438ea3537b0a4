using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace BffBroker.Tests.Support;

/// <summary>A redis-server that its test may stop, kill and configure.</summary>
internal sealed class OwnRedis : IDisposable
{
    private Process? _process;
    private Task _loading = Task.CompletedTask;

    public TemporaryFolder Folder { get; } = TemporaryFolder.InMemory();

    public int Port { get; } = Ports.Free();

    public string ConnectionString => $"127.0.0.1:{Port}";

    public static async Task<OwnRedis> StartAsync(params string[] options)
    {
        var redis = new OwnRedis();
        await redis.RunAsync(options);
        return redis;
    }

    /// <summary>Every write is on disk before it is answered, so that a kill loses nothing.</summary>
    public async Task RunAsync(params string[] options)
    {
        _process = Programs.Start(
            Programs.Require("redis-server", "which this test may kill"),
            ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", Folder.Path, "--save", "", "--appendonly", "yes", "--appendfsync", "always",
                "--enable-debug-command", "yes", .. options]);
        await Wait.UntilAsync(async () => await CommandAsync("PING") is "PONG" or "NOAUTH Authentication required.", "Redis to answer");
    }

    public Task<string> CommandAsync(params string[] command) => RedisCli.RunAsync(Port, command);

    /// <summary>SIGSTOP: it hangs, and its connections stay.</summary>
    public void Suspend() => Signals.Stop(_process!);

    /// <summary>SIGCONT.</summary>
    public void Resume() => Signals.Continue(_process!);

    /// <summary>Over one connection, which keeps what an AUTH gave it; none may fail.</summary>
    public async Task AskAsync(params string[] commands)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port);
        await using var stream = client.GetStream();
        using var answers = new StreamReader(stream);
        foreach (var command in commands)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
            if (await answers.ReadLineAsync() is not ['+', ..] and var failure)
            {
                throw new IOException($"Redis answered {failure}");
            }
        }
    }

    /// <summary>It reads its data anew, so slowly that it answers LOADING until <see cref="LoadedAsync"/>.</summary>
    public async Task LoadAsync()
    {
        await AskAsync("CONFIG SET loading-process-events-interval-bytes 1024", "CONFIG SET key-load-delay 20000");
        _loading = AskAsync("DEBUG RELOAD");
        await Wait.UntilAsync(async () => (await CommandAsync("PING")).StartsWith("LOADING", StringComparison.Ordinal), "Redis to load");
    }

    public async Task LoadedAsync()
    {
        await _loading;
        await AskAsync("CONFIG SET key-load-delay 0");
    }

    public void Kill() => Programs.End(_process);

    public void Dispose()
    {
        Kill();
        Folder.Dispose();
    }
}
