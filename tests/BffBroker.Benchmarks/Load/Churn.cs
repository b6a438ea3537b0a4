using System.Diagnostics;

namespace BffBroker.Benchmarks.Load;

/// <summary>Users who log in, and others who log in and out, for a while; and what that leaves behind.</summary>
/// <param name="Logins">All of them.</param>
/// <param name="LoginsPerSecond">With their logouts, after the sessions that stay were there.</param>
/// <param name="Mebibytes">Of the broker, in memory: at the start, once a minute, and at the end.</param>
/// <param name="RedisBytesPerSession">With the user's index, without what a login leaves for 15 minutes.</param>
/// <param name="RedisBytesPerLogin">For 15 minutes: the mark of its used <c>state</c>.</param>
internal sealed record Churn(int Logins, double LoginsPerSecond, IReadOnlyList<int> Mebibytes, double RedisBytesPerSession, double RedisBytesPerLogin)
{
    private const int Batch = 500;
    private const int FirstUser = 2_000_000;

    private const string ForgetStates = """
        local cursor, marks = '0', 0
        repeat
          local page = redis.call('SCAN', cursor, 'MATCH', 'bff:used:*', 'COUNT', 10000)
          cursor = page[1]
          for _, mark in ipairs(page[2]) do marks = marks + redis.call('DEL', mark) end
        until cursor == '0'
        return marks
        """;

    public static async Task<Churn> MeasureAsync(RunningBroker broker, Users users, RunningRedis redis, Plan plan)
    {
        var watch = Stopwatch.StartNew();
        var mebibytes = new List<int> { broker.Process.ResidentMebibytes };
        await redis.NumberAsync("EVAL", ForgetStates, "0");
        var before = await redis.UsedBytesAsync();
        var logins = 0;
        while (logins < plan.SessionsInRedis)
        {
            await users.LogInAsync(FirstUser + logins, Batch);
            logins += Batch;
            Sample();
        }

        var withMarks = await redis.UsedBytesAsync();
        var marks = await redis.NumberAsync("EVAL", ForgetStates, "0");
        var after = await redis.UsedBytesAsync();

        var (stayed, since) = (logins, watch.Elapsed);
        while (watch.Elapsed < plan.Churn)
        {
            await users.LogOutAsync(await users.LogInAsync(FirstUser + logins, Batch));
            logins += Batch;
            Sample();
        }

        mebibytes.Add(broker.Process.ResidentMebibytes);
        return new(
            logins,
            Math.Round((logins - stayed) / (watch.Elapsed - since).TotalSeconds),
            mebibytes,
            Math.Round((after - before) / (double)stayed),
            Math.Round((withMarks - after) / (double)marks));

        void Sample()
        {
            if (watch.Elapsed > TimeSpan.FromMinutes(mebibytes.Count))
            {
                mebibytes.Add(broker.Process.ResidentMebibytes);
            }
        }
    }
}
