namespace AmazonSimulator;

/// <summary>A thread-safe dictionary that forgets its oldest entries, so that a load test cannot fill the memory.</summary>
internal sealed class BoundedStore<TValue>(int capacity)
    where TValue : class
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TValue> _values = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public void Add(string key, TValue value)
    {
        lock (_gate)
        {
            _values.Add(key, value);
            _order.Enqueue(key);
            if (_order.Count > capacity)
            {
                _values.Remove(_order.Dequeue());
            }
        }
    }

    public TValue? Find(string key)
    {
        lock (_gate)
        {
            return _values.GetValueOrDefault(key);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _values.Clear();
            _order.Clear();
        }
    }
}
