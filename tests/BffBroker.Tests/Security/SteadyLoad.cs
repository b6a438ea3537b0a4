using System.Collections.Concurrent;
using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>Users who ask for <c>/me</c> at every node, all the time, but not at one that is just being replaced.</summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private readonly BrokerNodes _nodes;
    private readonly IReadOnlyList<UserSession> _users;
    private readonly SemaphoreSlim[] _gates;
    private readonly ConcurrentBag<HttpStatusCode> _failures = [];
    private readonly CancellationTokenSource _end = new();
    private readonly Task _work;
    private long _answers;

    public SteadyLoad(BrokerNodes nodes, IReadOnlyList<UserSession> users)
    {
        (_nodes, _users) = (nodes, users);
        _gates = [.. nodes.All.Select(_ => new SemaphoreSlim(1))];
        _work = Task.WhenAll(nodes.All.Select((_, node) => AskAsync(node)));
    }

    /// <summary>One after the other, as an orchestrator rolls out a change.</summary>
    public async Task ReplaceAllAsync()
    {
        for (var node = 0; node < _gates.Length; node++)
        {
            await _gates[node].WaitAsync();
            await _nodes[node].Process.TerminateAsync();
            await _nodes.ReplaceAsync(node);
            _gates[node].Release();
            await AnswersAsync();
        }
    }

    /// <summary>Waits for some more answers, and holds that all there were are 200.</summary>
    public async Task AnswersAsync()
    {
        var enough = Interlocked.Read(ref _answers) + (10 * _users.Count);
        await Wait.UntilAsync(() => Interlocked.Read(ref _answers) >= enough || !_failures.IsEmpty, "answers");
        Assert.Empty(_failures);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _work;
        _end.Dispose();
    }

    private async Task AskAsync(int node)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var turn = 0; !_end.IsCancellationRequested; turn++)
        {
            await _gates[node].WaitAsync();
            var status = await _nodes[node].MeAsync(_users[turn % _users.Count]);
            _gates[node].Release();
            Interlocked.Increment(ref _answers);
            if (status != HttpStatusCode.OK)
            {
                _failures.Add(status);
            }

            await pace.WaitForNextTickAsync();
        }
    }
}
