using System.Diagnostics;

namespace BffBroker.Tests.Support;

/// <summary>Waits for a condition, never for a time; a condition that does not come fails the test.</summary>
internal static class Wait
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    public static Task UntilAsync(Func<bool> condition, string what, TimeSpan? longest = null) =>
        UntilAsync(() => Task.FromResult(condition()), what, longest);

    public static async Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan? longest = null)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Between);
        while (!await condition())
        {
            Assert.True(watch.Elapsed < (longest ?? Longest), $"Waited in vain for {what}.");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>For real processes, whose clock nobody can put forward.</summary>
    public static Task UntilAsync(DateTimeOffset instant, string what) =>
        UntilAsync(() => TimeProvider.System.GetUtcNow() >= instant, what, instant - TimeProvider.System.GetUtcNow() + Longest);
}
