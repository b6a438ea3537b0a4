using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace BffBroker.Tests.Support;

/// <summary>Three masters, each with a replica, on free ports and without a disk.</summary>
internal sealed partial class RedisCluster : IAsyncDisposable
{
    private const int Masters = 3;

    private readonly TemporaryFolder _folder = TemporaryFolder.InMemory();
    private readonly Dictionary<int, Process> _nodes = [];
    private Process? _lost;

    public string ConnectionString => string.Join(',', _nodes.Keys.Take(Masters).Select(port => $"127.0.0.1:{port}"));

    /// <summary>Ready: every slot is served and every replica follows its master.</summary>
    public static async Task<RedisCluster> StartAsync()
    {
        var program = Programs.Require("redis-server", "of which this test makes a cluster");
        Programs.Require("redis-cli", "to make a cluster");
        var cluster = new RedisCluster();
        try
        {
            for (var i = 0; i < 2 * Masters; i++)
            {
                cluster.StartNode(program);
            }

            foreach (var port in cluster._nodes.Keys)
            {
                await Wait.UntilAsync(async () => await RedisCli.RunAsync(port, "PING") == "PONG", "a node to answer");
            }

            await RedisCli.RunAsync(
                cluster._nodes.Keys.First(),
                ["--cluster", "create", .. cluster._nodes.Keys.Select(port => $"127.0.0.1:{port}"), "--cluster-replicas", "1", "--cluster-yes"]);
            await cluster.IsWholeAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Every node permits its default user just these rights.</summary>
    public async Task PermitAsync(string rights)
    {
        foreach (var port in _nodes.Keys)
        {
            Assert.Equal("OK", await RedisCli.RunAsync(port, ["ACL", "SETUSER", "admin", "on", "nopass", "~*", "&*", "+@all"]));
            Assert.Equal("OK", await RedisCli.RunAsync(port, ["ACL", "SETUSER", "default", "resetkeys", "resetchannels", "-@all", .. rights.Split(' ')]));
        }
    }

    /// <summary>SIGKILL, or SIGSTOP, to a master that has all its writes on its replica, which is going to take its slots.</summary>
    public async Task LoseMasterAsync(bool hangs)
    {
        await IsWholeAsync();
        foreach (var port in _nodes.Keys)
        {
            if ((await RedisCli.RunAsync(port, "INFO", "replication")).Contains("role:master", StringComparison.Ordinal))
            {
                _nodes.Remove(port, out _lost);
                if (hangs)
                {
                    Signals.Stop(_lost!);
                }
                else
                {
                    _lost!.Kill();
                    await _lost.WaitForExitAsync(TestContext.Current.CancellationToken);
                }

                return;
            }
        }
    }

    /// <summary>A replica has taken the place of the master that is gone.</summary>
    public Task IsServedAsync() => Wait.UntilAsync(
        async () =>
        {
            var masters = 0;
            foreach (var port in _nodes.Keys)
            {
                var state = await RedisCli.RunAsync(port, "CLUSTER", "INFO");
                masters += (await RedisCli.RunAsync(port, "INFO", "replication")).Contains("role:master", StringComparison.Ordinal) ? 1 : 0;
                if (!state.Contains("cluster_state:ok", StringComparison.Ordinal))
                {
                    return false;
                }
            }

            return masters == Masters;
        },
        "the cluster to serve all slots");

    public ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.Values.Append(_lost))
        {
            Programs.End(node);
        }

        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private void StartNode(string program)
    {
        var (port, bus) = (Ports.Free(), Ports.Free());
        _nodes[port] = Programs.Start(
            program, "--port", Text(port), "--cluster-port", Text(bus), "--bind", "127.0.0.1", "--dir", _folder.Path, "--save", "", "--appendonly", "no",
            "--cluster-enabled", "yes", "--cluster-config-file", $"{port}.conf", "--cluster-node-timeout", "2000");

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    private async Task IsWholeAsync()
    {
        await IsServedAsync();
        foreach (var port in _nodes.Keys)
        {
            await Wait.UntilAsync(() => IsFollowedAsync(port), "a replica to have all that its master has");
        }
    }

    private static async Task<bool> IsFollowedAsync(int port)
    {
        var replication = await RedisCli.RunAsync(port, "INFO", "replication");
        return replication.Contains("role:slave", StringComparison.Ordinal)
            || (ReplicaOffset.Match(replication) is { Success: true } replica && replication.Contains($"master_repl_offset:{replica.Groups[1].Value}", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^slave0:.*state=online,offset=(\d+)", RegexOptions.Multiline)]
    private static partial Regex ReplicaOffset { get; }
}
