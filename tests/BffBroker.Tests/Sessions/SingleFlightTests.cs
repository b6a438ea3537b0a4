using BffBroker.Sessions;

namespace BffBroker.Tests.Sessions;

public sealed class SingleFlightTests
{
    private readonly SingleFlight<string, int> _flights = new();
    private int _runs;

    [Fact]
    public async Task Work_under_one_key_runs_once_at_a_time_and_all_get_its_result()
    {
        var released = new TaskCompletionSource();

        var callers = Enumerable.Range(0, 50).Select(_ => RunAsync("a", () => CountAsync(released.Task))).ToList();
        released.SetResult();

        Assert.All(await Task.WhenAll(callers), result => Assert.Equal(1, result));
        Assert.Equal(2, await RunAsync("a", () => CountAsync(Task.CompletedTask)));
    }

    [Fact]
    public async Task Keys_do_not_wait_for_each_other()
    {
        var never = new TaskCompletionSource();
        var stuck = RunAsync("a", () => CountAsync(never.Task));

        Assert.Equal(1, await RunAsync("b", () => CountAsync(Task.CompletedTask)));

        Assert.False(stuck.IsCompleted);
        never.SetResult();
        await stuck;
    }

    [Fact]
    public async Task A_failure_is_everybody_s_and_is_not_kept()
    {
        var failed = RunAsync("a", () => throw new InvalidOperationException());

        await Assert.ThrowsAsync<InvalidOperationException>(() => failed);
        Assert.Equal(1, await RunAsync("a", () => CountAsync(Task.CompletedTask)));
    }

    [Fact]
    public async Task Landing_waits_for_all_that_flies_however_it_ends()
    {
        var released = new TaskCompletionSource();
        _ = RunAsync("a", () => CountAsync(released.Task));
        _ = RunAsync("b", () => CountAsync(Task.FromException(new InvalidOperationException())));

        var landing = _flights.LandAllAsync(TestContext.Current.CancellationToken);

        Assert.False(landing.IsCompleted);
        released.SetResult();
        await landing;
        Assert.Equal(1, _runs);
    }

    private Task<int> RunAsync(string key, Func<Task<int>> work) => _flights.Run(key, work).Flight;

    private async Task<int> CountAsync(Task until)
    {
        await until;
        return Interlocked.Increment(ref _runs);
    }
}
