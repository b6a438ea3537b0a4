using BffBroker.Benchmarks.Servers;

namespace BffBroker.Benchmarks.Load;

/// <summary>The verb <c>load</c>.</summary>
internal static class LoadRun
{
    public static async Task<int> RunAsync(string[] options)
    {
        Commands.Require("wrk", "wrk");
        Commands.Require("redis-server", "redis-server");
        var isSmoke = options.Contains("--smoke");
        var plan = isSmoke ? Plan.Smoke : Plan.Full;
        using var backends = await Backends.StartAsync();
        var assembly = isSmoke || options.Contains("--built") ? Path.Combine(AppContext.BaseDirectory, "BffBroker.dll") : await Image.PublishAsync(Path.Combine(backends.Folder, "broker"));
        using var broker = await RunningBroker.StartAsync(assembly, backends);
        Console.WriteLine($"ready after {broker.StartToReady.TotalSeconds:0.00} s, {broker.Process.ResidentBytes / 1e6:0} MB");

        using var users = new Users(broker.Url, backends.PublicUrl, 32);
        var cookies = await users.LogInAsync(0, plan.Sessions);
        var (hot, cold) = (Path.Combine(backends.Folder, "hot"), Path.Combine(backends.Folder, "cold"));
        var unknown = Path.Combine(backends.Folder, "unknown");
        await File.WriteAllLinesAsync(hot, cookies.Take(1));
        await File.WriteAllLinesAsync(cold, cookies);
        await File.WriteAllLinesAsync(unknown, cookies.Take(1).Select(cookie => $"{cookie.Split('=')[0]}={OAuth.CookieSecret.Create().Encode()}"));
        var handle = Sessions.SessionHandle.Of(OAuth.CookieSecret.Parse(cookies[0].Split('=')[1])!);
        var size = await backends.Redis.NumberAsync("HSTRLEN", $"bff:{{{handle.Value}}}", "sealed");
        await backends.Redis.CommandAsync("SET", Yardsticks.RedisKey, new string('x', (int)size));

        var port = RunningProgram.FreePort();
        var yardsticksUrl = new Uri($"http://127.0.0.1:{port}");
        using var yardsticks = RunningProgram.Own("yardsticks", $"{port}", backends.Redis.ConnectionString, backends.Amazon.ToString());
        using var http = new HttpClient();
        await yardsticks.UntilAsync(() => Http.IsSuccessAsync(http, new Uri(yardsticksUrl, Yardsticks.Redis)), "the yardsticks to answer");

        Scenario Yardstick(string name, string path) => new(name, yardsticks, new Uri(yardsticksUrl, path));
        Scenario Broker(string name, string path, string? cookies, string yardstick, bool isRefused = false) => new(name, broker.Process, new Uri(broker.Url, path), cookies, yardstick, isRefused);
        var only = options.SkipWhile(option => option != "--only").ElementAtOrDefault(1);
        var rates = new Rates(plan,
        [.. new[]
        {
            Yardstick("constant", Yardsticks.Constant),
            Broker("/auth/nginx anonymous", "/auth/nginx", null, "constant", isRefused: true),
            Yardstick("Redis GET", Yardsticks.Redis),
            Broker("/auth/nginx hot", "/auth/nginx", hot, "Redis GET"),
            Broker("/auth/nginx cold", "/auth/nginx", cold, "Redis GET"),
            Broker("/auth/nginx unknown", "/auth/nginx", unknown, "Redis GET", isRefused: true),
            Broker("/session", "/session", hot, "Redis GET"),
            Yardstick("forwarder", Yardsticks.Forwarder),
            Broker("/me", "/me", hot, "forwarder"),
        }.Where(scenario => only is null || scenario.Name.Contains(only) || scenario.Yardstick is null)]);
        foreach (var rate in await rates.MeasureAsync())
        {
            Console.WriteLine($"{rate.Name,-24} {rate.Connections,3} {rate.RequestsPerSecond,7} /s  p50 {rate.P50,6} p99 {rate.P99,6} µs  cpu {rate.CpuMicroseconds,6} µs  {rate.OfYardstick:0.00} {rate.P99OfYardstick:0.00}");
        }

        foreach (var problem in rates.Problems)
        {
            Console.WriteLine(problem);
        }

        return rates.Problems.Count == 0 ? 0 : 1;
    }
}
