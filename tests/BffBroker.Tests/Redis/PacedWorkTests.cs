using System.Collections.Concurrent;
using BffBroker.Redis;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Redis;

public sealed class PacedWorkTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ManualClock _clock = new();
    private readonly ConcurrentQueue<TaskCompletionSource<bool>> _begun = [];
    private readonly PacedWork _work;

    public PacedWorkTests() => _work = new(
        () =>
        {
            var end = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _begun.Enqueue(end);
            return end.Task;
        },
        Interval,
        _clock);

    [Fact]
    public async Task However_often_work_is_wanted_it_is_done_once_at_a_time_and_once_an_interval()
    {
        Assert.True(_work.Start());
        Assert.False(_work.Start());
        Want(times: 10);
        await HasBegunAsync(1);

        Want(times: 10);
        _begun.Last().SetResult(true);
        await _clock.WaitForTimerAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        _clock.Advance(Interval - TimeSpan.FromMilliseconds(1));
        Assert.Single(_begun);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await HasBegunAsync(2);
        _work.Stop();
    }

    [Fact]
    public async Task Work_that_found_nothing_to_do_delays_no_other()
    {
        _work.Start();
        Want(times: 1);
        await HasBegunAsync(1);

        _begun.Last().SetResult(false);
        Want(times: 1);

        await HasBegunAsync(2);
        _work.Stop();
    }

    private void Want(int times)
    {
        for (var i = 0; i < times; i++)
        {
            _work.Want();
        }
    }

    private Task HasBegunAsync(int times) => Wait.UntilAsync(() => _begun.Count == times, $"time {times}");
}
