namespace AmazonSimulator;

/// <summary>The latest calls, oldest first. A call is listed as soon as it has come in, before it is answered.</summary>
internal sealed class CallLog
{
    private const int Capacity = 10_000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Queue<ReceivedCall> _calls = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<ReceivedCall> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    public int Count(Func<ReceivedCall, bool> match) => All.Count(match);

    public int Count(Operation operation) => Count(call => operation.Covers(call.Operation));

    public int TokenCalls(string grantType) => Count(call => call.GrantType == grantType);

    /// <summary>Completes when at least <paramref name="count"/> calls of the operation have come in, answered or not.</summary>
    /// <exception cref="TimeoutException">For a minute there was no call at all.</exception>
    public async Task WaitForAsync(Operation operation, int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }

            if (Count(operation) >= count)
            {
                return;
            }

            await changed.WaitAsync(LongestWait, cancellationToken);
        }
    }

    public ReceivedCall Add(Operation operation, HttpRequest request, DateTimeOffset at)
    {
        var call = new ReceivedCall(operation, request.Method, request.Path.Value ?? "", request.PathBase.Value?.TrimStart('/') ?? "", at);
        lock (_gate)
        {
            _calls.Enqueue(call);
            if (_calls.Count > Capacity)
            {
                _calls.Dequeue();
            }

            _changed.SetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return call;
    }

    public void Clear()
    {
        lock (_gate)
        {
            _calls.Clear();
        }
    }
}
