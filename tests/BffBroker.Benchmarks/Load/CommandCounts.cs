using System.Net;

namespace BffBroker.Benchmarks.Load;

/// <summary>What Redis does for a request, counted by Redis.</summary>
internal static class CommandCounts
{
    private const int Requests = 200;

    public static async Task<IReadOnlyList<CommandCount>> MeasureAsync(Users users, RunningRedis redis, string cookie, string unknown, ICollection<string> problems)
    {
        (string Name, string Path, string? Cookie, HttpStatusCode Status, int Expected)[] kinds =
        [
            ("/auth/nginx, valid", "/auth/nginx", cookie, HttpStatusCode.OK, 1),
            ("/auth/nginx, anonymous", "/auth/nginx", null, HttpStatusCode.Unauthorized, 0),
            ("/auth/nginx, unknown cookie", "/auth/nginx", unknown, HttpStatusCode.Unauthorized, 1),
            ("/me, valid", "/me", cookie, HttpStatusCode.OK, 1),
            ("/session, valid", "/session", cookie, HttpStatusCode.OK, 1),
            ("/login", "/login", null, HttpStatusCode.Redirect, 0),
        ];
        var counts = new List<CommandCount>();
        foreach (var (name, path, sent, status, expected) in kinds)
        {
            var before = await redis.CommandsAsync();
            var statuses = await users.GetAsync(path, [.. Enumerable.Repeat(sent, Requests)]);
            var after = await redis.CommandsAsync();
            var commands = after.ToDictionary(command => command.Key, command => command.Value - before.GetValueOrDefault(command.Key)).Where(command => command.Value != 0).ToDictionary();
            counts.Add(new(name, commands.Values.Sum() / (double)Requests, string.Join(' ', commands.Keys)));
            if (commands.Values.Sum() != expected * Requests || statuses.GetValueOrDefault(status) != Requests)
            {
                problems.Add($"{name}: {Requests} requests made Redis run {string.Join(", ", commands)}, and were answered {string.Join(", ", statuses)}.");
            }
        }

        return counts;
    }
}

/// <param name="PerRequest">Commands that Redis ran for each.</param>
/// <param name="Commands">Which they were.</param>
internal sealed record CommandCount(string Name, double PerRequest, string Commands);
