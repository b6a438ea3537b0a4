using BffBroker.Benchmarks.Servers;
using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;

namespace BffBroker.Benchmarks.Load;

/// <summary>The verb <c>load</c>: everything that can only be measured on real processes.</summary>
internal static class LoadRun
{
    private const int Callers = 32;

    public static async Task<int> RunAsync(string[] options)
    {
        try
        {
            Commands.Require("wrk", "wrk");
            Commands.Require("redis-server", "redis-server");
        }
        catch (FileNotFoundException missing)
        {
            await Console.Error.WriteLineAsync(missing.Message);
            return 1;
        }

        var results = await MeasureAsync(options.Contains("--smoke") ? Plan.Smoke : Plan.Full);
        await results.WriteAsync(options.SkipWhile(option => option != "--results").ElementAtOrDefault(1) ?? Path.Combine(Sources.Root, "tests", "BffBroker.Benchmarks", "results.json"));
        results.Print(Console.Out);
        return results.Problems.Count == 0 ? 0 : 1;
    }

    private static async Task<Results> MeasureAsync(Plan plan)
    {
        var problems = new List<string>();
        using var backends = await Backends.StartAsync();
        var assembly = plan.IsSmoke ? Path.Combine(AppContext.BaseDirectory, "BffBroker.dll") : await Image.PublishAsync(Path.Combine(backends.Folder, "broker"));
        var starts = await Starts.MeasureAsync(assembly, backends, plan.Starts);

        using var broker = await RunningBroker.StartAsync(assembly, backends);
        using var users = new Users(broker.Url, backends.PublicUrl, Callers);
        var cookies = await users.LogInAsync(0, plan.Sessions);
        var unknown = $"{cookies[0].Split('=')[0]}={CookieSecret.Create().Encode()}";
        var commands = await CommandCounts.MeasureAsync(users, backends.Redis, cookies[0], unknown, problems);

        var rates = await RatesAsync(plan, backends, broker, cookies, unknown, problems);
        var loaded = broker.Process.ResidentMebibytes;
        var hot = await backends.WriteAsync("hot", cookies.Take(1));
        var variants = plan.IsSmoke ? [] : await Variants.MeasureAsync(assembly, backends, broker, hot, plan, problems);
        var storm = await Storm.MeasureAsync(assembly, backends, plan.StormSessions, problems);
        var churn = await Churn.MeasureAsync(broker, users, backends.Redis, plan);
        return new(await Machine.DescribeAsync(), starts, rates, commands, loaded, storm, variants, churn, problems);
    }

    private static async Task<IReadOnlyList<Rate>> RatesAsync(
        Plan plan, Backends backends, RunningBroker broker, IReadOnlyList<string> cookies, string unknown, ICollection<string> problems)
    {
        var record = $"bff:{{{SessionHandle.Of(CookieSecret.Parse(cookies[0].Split('=')[1])!).Value}}}";
        var size = await backends.Redis.NumberAsync("HSTRLEN", record, "sealed");
        await backends.Redis.CommandAsync("SET", Yardsticks.RedisKey, new string('x', (int)size));

        var port = Ports.Free();
        var url = new Uri($"http://127.0.0.1:{port}");
        using var yardsticks = RunningProgram.Own("yardsticks", $"{port}", backends.Redis.ConnectionString, backends.Amazon.ToString());
        await yardsticks.UntilAnswersAsync(new Uri(url, Yardsticks.Redis));

        var hot = await backends.WriteAsync("hot", cookies.Take(1));
        var cold = await backends.WriteAsync("cold", cookies);
        var nobody = await backends.WriteAsync("nobody", [unknown]);
        return await new Rates(
            plan,
            [
                Yardstick("a constant", Yardsticks.Constant),
                Broker("/auth/nginx, anonymous", "/auth/nginx", null, "a constant", isRefused: true),
                Broker("/login", "/login", null, "a constant"),
                Yardstick("a Redis GET", Yardsticks.Redis),
                Broker("/auth/nginx, one session", "/auth/nginx", hot, "a Redis GET"),
                Broker($"/auth/nginx, {plan.Sessions} sessions", "/auth/nginx", cold, "a Redis GET"),
                Broker("/auth/nginx, unknown cookie", "/auth/nginx", nobody, "a Redis GET", isRefused: true),
                Broker("/session", "/session", hot, "a Redis GET"),
                Yardstick("a forwarder", Yardsticks.Forwarder),
                Broker("/me", "/me", hot, "a forwarder"),
                Yardstick("a Redis GET, then a forwarder", Yardsticks.RedisThenForwarder) with { Yardstick = "a forwarder" },
            ],
            problems).MeasureAsync();

        Scenario Yardstick(string name, string path) => new(name, yardsticks, new Uri(url, path));

        Scenario Broker(string name, string path, string? sent, string yardstick, bool isRefused = false) =>
            new(name, broker.Process, new Uri(broker.Url, path), sent, yardstick, isRefused);
    }
}
