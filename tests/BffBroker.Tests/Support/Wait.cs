using System.Diagnostics;

namespace BffBroker.Tests.Support;

/// <summary>Waits for a condition, never for a time; a condition that does not come fails the test.</summary>
internal static class Wait
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);

    public static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Between);
        while (!await condition())
        {
            Assert.True(watch.Elapsed < Longest, $"Waited in vain for {what}.");
            await timer.WaitForNextTickAsync();
        }
    }
}
