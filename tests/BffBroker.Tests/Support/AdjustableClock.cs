namespace BffBroker.Tests.Support;

/// <summary>Real time, which moves on by itself, and jumps ahead when told. Timers run in real time.</summary>
internal sealed class AdjustableClock : TimeProvider
{
    private long _aheadTicks;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _aheadTicks));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _aheadTicks, by.Ticks);
}
