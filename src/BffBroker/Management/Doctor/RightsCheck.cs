using BffBroker.Redis;
using BffBroker.Sessions;
using StackExchange.Redis;

namespace BffBroker.Management.Doctor;

/// <summary>Does with keys of its own, under the prefix, what the broker does with its: whatever Redis refuses is named.</summary>
internal static class RightsCheck
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);

    // In scripts, each version of Redis has words of its own for NOPERM.
    private static readonly string[] Denials = ["NOPERM", "permission", "The user executing the script can't"];
    private static readonly string[] Kinds = ["hash", "list", "text"];

    /// <summary>
    /// What an ACL must permit, beside the keys and channels of the prefix. The client opens its connections with the commands of the first line. It also
    /// sends CONFIG GET, and works when Redis refuses it.
    /// </summary>
    public const string Needed =
        "+client|setname +client|id +cluster|nodes +cluster|slots +info +echo +ping +select "
        + "+eval +evalsha +script|load +get +set +del +unlink +type +pexpire +pttl +hget +hmget +hgetall +hset +hsetnx +hdel +lrange +rpush +scan +publish +subscribe +time";

    /// <summary>What the client needs besides in a cluster, while slots move and to read from replicas.</summary>
    public const string NeededInCluster = "+asking +readonly +readwrite";

    // What scripts do, all in one: none of these may end it.
    private static readonly RedisScript InScripts = new("check", """
        local refused = {}
        local function try(name, ...)
          local answer = redis.pcall(name, ...)
          if type(answer) == 'table' and answer.err then refused[#refused + 1] = name .. '\n' .. answer.err end
        end
        try('HSET', KEYS[1], 'a', '1', 'b', '2')
        try('HSETNX', KEYS[1], 'c', '3')
        try('HGET', KEYS[1], 'a')
        try('HDEL', KEYS[1], 'a')
        try('PEXPIRE', KEYS[1], ARGV[1])
        try('PTTL', KEYS[1])
        try('TYPE', KEYS[1])
        try('RPUSH', KEYS[2], '1')
        try('PEXPIRE', KEYS[2], ARGV[1])
        try('LRANGE', KEYS[2], 0, -1)
        try('SET', KEYS[3], '1', 'PX', ARGV[1])
        try('GET', KEYS[3])
        try('DEL', KEYS[1], KEYS[2], KEYS[3])
        return refused
        """);

    private static readonly (string Command, Func<IDatabase, RedisKey, Task<bool>> TryAsync)[] Plain =
    [
        ("SET", (database, key) => database.StringSetAsync(key, "1", Life, When.NotExists)),
        ("UNLINK", (database, key) => database.KeyDeleteAsync(key)),
        ("HMGET", async (database, key) => (await database.HashGetAsync(key, ["a", "b"])).Length > 0),
        ("HGETALL", async (database, key) => (await database.HashGetAllAsync(key)).Length > 0),
        ("HDEL", async (database, key) => await database.HashDeleteAsync(key, ["a"]) > 0),
    ];

    // An admin's DELETE of everybody's sessions scans; hints of released leases spare other nodes a wait of half a second.
    private static readonly (string Command, string Loss, Func<IDatabase, string, Task<bool>> TryAsync)[] Dispensable =
    [
        ("SCAN", "everybody's sessions cannot be ended at once", async (database, _) => !(await database.ExecuteAsync("SCAN", "0", "COUNT", "1")).IsNull),
        ("PUBLISH", "nodes wait a little longer for each other's refreshes", async (database, channel) => await database.PublishAsync(ChannelOf(channel), "") >= 0),
        ("SUBSCRIBE", "nodes wait a little longer for each other's refreshes", async (database, channel) =>
        {
            // Subscriptions have a connection of their own, which may take a moment longer.
            var subscriber = database.Multiplexer.GetSubscriber();
            for (var tries = 0; tries < 20 && !subscriber.IsConnected(); tries++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }

            await subscriber.SubscribeAsync(ChannelOf(channel), (_, _) => { });
            return true;
        }),
    ];

    public static async Task<IReadOnlyList<Finding>> RunAsync(RedisConnection redis)
    {
        var name = $"{{check-{Guid.NewGuid():N}}}"; // one slot of a cluster
        string[] keys = [.. Kinds.Select(kind => redis.Options.Key(name + kind))];
        List<(string Command, string Reason)> refused = [];
        foreach (var (command, tryAsync) in Plain)
        {
            refused.AddRange(await RefusalAsync(command, redis.RunAsync("check", database => tryAsync(database, keys[0]))));
        }

        refused.AddRange(await RefusalAsync("EVAL", InScriptsAsync(redis, keys, refused)));
        var prefix = redis.Options.KeyPrefix;
        List<Finding> findings = [refused.Count > 0 ? Refused(refused, prefix) : Finding.Ok($"Redis: reads, writes and runs scripts under {prefix}.")];
        foreach (var (command, loss, tryAsync) in Dispensable)
        {
            foreach (var (_, reason) in await RefusalAsync(command, redis.RunAsync("check", database => tryAsync(database, redis.Options.Key("released")))))
            {
                findings.Add(Finding.Warning($"Redis: {command} is refused: {loss}. {reason}", $"Permit +{command.ToLowerInvariant()}."));
            }
        }

        return findings;
    }

    private static async Task<bool> InScriptsAsync(RedisConnection redis, string[] keys, List<(string Command, string Reason)> refused)
    {
        var answers = await redis.EvaluateAsync(InScripts, keys, result => (RedisValue[]?)result ?? [], (long)Life.TotalMilliseconds);
        refused.AddRange(answers.Select(answer => ((string?)answer ?? "").Split('\n', 2)).Select(parts => (parts[0], parts[1])));
        return true;
    }

    private static async Task<(string Command, string Reason)[]> RefusalAsync(string command, Task<bool> attempt)
    {
        try
        {
            _ = await attempt;
            return [];
        }
        catch (StoreUnavailableException exception) when (!exception.IsOutcomeUnknown)
        {
            return [(command, exception.Message)];
        }
    }

    private static Finding Refused(List<(string Command, string Reason)> refused, string prefix)
    {
        var commands = string.Join(", ", refused.Select(refusal => refusal.Command).Distinct());
        var reason = refused[0].Reason;
        return refused.Exists(refusal => refusal.Reason.Contains("READONLY", StringComparison.Ordinal) || refusal.Reason.Contains("No Redis that takes", StringComparison.Ordinal))
                ? Finding.Problem($"Redis: this is a read-only replica ({commands} refused). Nobody can log in.", "Name the primary endpoint in ConnectionStrings:Redis, or all servers: the client finds the master.")
            : refused.Exists(refusal => refusal.Reason.Contains("OOM", StringComparison.Ordinal))
                ? Finding.Problem($"Redis: its memory is full ({commands} refused).", "Raise maxmemory, or move what else lives there.")
            : refused.Exists(refusal => Denials.Any(words => refusal.Reason.Contains(words, StringComparison.Ordinal)))
                ? Finding.Problem($"Redis: its user may not do what a broker does: {commands}. {reason}", $"Permit ~{prefix}* &{prefix}* {Needed}, and in a cluster {NeededInCluster}.")
            : Finding.Problem($"Redis: it refuses {commands}. {reason}", "Mend this at the server.");
    }

    private static RedisChannel ChannelOf(string name) => new(name, RedisChannel.PatternMode.Literal);
}
