namespace AmazonSimulator;

/// <summary>What will go wrong. Queued faults go first and in order, each for the next calls it covers; then whatever is set.</summary>
internal sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private readonly List<(Operation Operation, Fault Fault)> _queue = [];
    private readonly Dictionary<Operation, Fault> _set = [];

    public IReadOnlyList<(Operation Operation, Fault Fault)> Queued
    {
        get
        {
            lock (_gate)
            {
                return [.. _queue];
            }
        }
    }

    public IReadOnlyList<(Operation Operation, Fault Fault)> Standing
    {
        get
        {
            lock (_gate)
            {
                return [.. _set.Select(entry => (entry.Key, entry.Value))];
            }
        }
    }

    public void Enqueue(Operation operation, Fault fault, int times = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        lock (_gate)
        {
            _queue.AddRange(Enumerable.Repeat((operation, fault), times));
        }
    }

    /// <summary>Makes every call fail until another fault, or null, is set.</summary>
    public void Set(Operation operation, Fault? fault)
    {
        lock (_gate)
        {
            _set.Remove(operation);
            if (fault is not null)
            {
                _set.Add(operation, fault);
            }
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _queue.Clear();
            _set.Clear();
        }
    }

    /// <summary>The fault for a call that has just come in, if there is one; a queued one is used up.</summary>
    public Fault? Next(Operation actual)
    {
        lock (_gate)
        {
            var next = _queue.FindIndex(planned => planned.Operation.Covers(actual));
            if (next < 0)
            {
                return _set.GetValueOrDefault(actual) ?? _set.FirstOrDefault(planned => planned.Key.Covers(actual)).Value;
            }

            var fault = _queue[next].Fault;
            _queue.RemoveAt(next);
            return fault;
        }
    }
}
