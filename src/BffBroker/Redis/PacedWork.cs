using System.Threading.Channels;

namespace BffBroker.Redis;

/// <summary>Work that is done when it is wanted: never twice at a time, and at most once in <paramref name="interval"/>, from start to start.</summary>
/// <param name="work">Gives false when there was nothing to do: that does not count.</param>
internal sealed class PacedWork(Func<Task<bool>> work, TimeSpan interval, TimeProvider clock)
{
    private readonly Channel<bool> _wanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private int _isStarted;

    public bool IsStopped { get; private set; }

    /// <summary>At once where the last time is long enough ago. However often it is wanted meanwhile, it is done once.</summary>
    public void Want() => _wanted.Writer.TryWrite(true);

    /// <summary>False when it was started before.</summary>
    public bool Start()
    {
        var isFirst = Interlocked.Exchange(ref _isStarted, 1) == 0;
        if (isFirst)
        {
            _ = Task.Run(WorkAsync);
        }

        return isFirst;
    }

    public void Stop()
    {
        IsStopped = true;
        _wanted.Writer.TryComplete();
    }

    private async Task WorkAsync()
    {
        await foreach (var _ in _wanted.Reader.ReadAllAsync())
        {
            var started = clock.GetTimestamp();
            if (await work() && interval - clock.GetElapsedTime(started) is var rest && rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, clock);
            }
        }
    }
}
