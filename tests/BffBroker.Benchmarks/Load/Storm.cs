using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace BffBroker.Benchmarks.Load;

/// <summary>Sessions whose access tokens die in the same second, all asked for at once, each at two nodes.</summary>
/// <param name="Seconds">Until the last of all requests was answered.</param>
/// <param name="Failed">Answers other than 200.</param>
/// <param name="TokenCalls">Of both nodes together.</param>
/// <param name="Reused">Refresh tokens that were sent a second time.</param>
internal sealed record Storm(int Sessions, int Requests, double Seconds, int Failed, long TokenCalls, long Reused)
{
    private const int Connections = 128;

    public static async Task<Storm> MeasureAsync(string assembly, Backends backends, int sessions, ICollection<string> problems)
    {
        using var first = await RunningBroker.StartAsync(assembly, backends);
        using var second = await RunningBroker.StartAsync(assembly, backends);
        using var usersOfFirst = new Users(first.Url, backends.PublicUrl, Connections);
        using var usersOfSecond = new Users(second.Url, backends.PublicUrl, Connections);

        // Time for the logins before, and whole seconds: that is what expires_in counts in.
        var end = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 5 + (sessions / 400));
        await backends.ExpireAtAsync(end);
        var cookies = await usersOfFirst.LogInAsync(1_000_000, sessions);
        await backends.ExpireAtAsync(null);
        if (TimeProvider.System.GetUtcNow() is var now && now >= end)
        {
            problems.Add("The storm: the logins took too long, and the first tokens died before the last were there.");
        }
        else
        {
            await Task.Delay(end - now);
        }

        var before = await backends.CallsAsync();
        var watch = Stopwatch.StartNew();
        var answers = await Task.WhenAll(usersOfFirst.GetAsync("/me", cookies), usersOfSecond.GetAsync("/me", cookies));
        var seconds = watch.Elapsed.TotalSeconds;
        var after = await backends.CallsAsync();

        var failed = answers.Sum(statuses => statuses.Where(status => status.Key != HttpStatusCode.OK).Sum(status => status.Value));
        var storm = new Storm(sessions, 2 * sessions, Math.Round(seconds, 2), failed, after.Refreshes - before.Refreshes, after.Reused - before.Reused);
        if (failed > 0 || storm.TokenCalls != sessions || storm.Reused > 0)
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{storm}"));
        }

        return storm;
    }
}
