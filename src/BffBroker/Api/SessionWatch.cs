using System.Runtime.InteropServices;
using BffBroker.Sessions;

namespace BffBroker.Api;

/// <summary>
/// Ends what goes on after the end of its session: WebSockets, server-sent events, any exchange that lasts. An end on this node counts at once;
/// for one on another node, the records of all sessions with such exchanges are looked at now and then. A look is no activity of the user, and
/// does not push the idle time out. A store that does not answer ends nothing.
/// </summary>
internal sealed partial class SessionWatch(
    SessionVault vault, SessionEnding ending, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<SessionWatch> logger) : BackgroundService
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan GraceAtShutdown = TimeSpan.FromSeconds(5);

    // Each session's newest; the others hang on to it.
    private readonly Dictionary<SessionHandle, ApiCall> _calls = [];
    private readonly Lock _gate = new();

    public void Begin(ApiCall call)
    {
        lock (_gate)
        {
            ref var newest = ref CollectionsMarshal.GetValueRefOrAddDefault(_calls, call.Handle, out _);
            (call.Next, newest) = (newest, call);
            call.Next?.Previous = call;
        }
    }

    /// <summary>Before the end of the request: its connection may serve another one after it.</summary>
    public void End(ApiCall call)
    {
        lock (_gate)
        {
            call.Next?.Previous = call.Previous;
            if (call.Previous is not null)
            {
                call.Previous.Next = call.Next;
            }
            else if (call.Next is not null)
            {
                _calls[call.Handle] = call.Next;
            }
            else
            {
                _calls.Remove(call.Handle);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ending.Ended += Abort;
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStopping.Register(stopping.SetResult);
        while (await Task.WhenAny(stopping.Task, Task.Delay(BetweenLooks, clock, stoppingToken)) != stopping.Task && !stoppingToken.IsCancellationRequested)
        {
            await LookAsync(stoppingToken);
        }

        // The server waits for what is open, and until it has stopped nobody sees to the last refreshes.
        await Task.Delay(GraceAtShutdown, clock, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
        foreach (var handle in Handles(_ => true))
        {
            Abort(handle);
        }
    }

    private async Task LookAsync(CancellationToken stoppingToken)
    {
        try
        {
            var now = clock.GetUtcNow();
            await Parallel.ForEachAsync(
                Handles(call => call.Session is not null && clock.GetElapsedTime(call.Since) > Lasting),
                new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = stoppingToken },
                async (handle, _) =>
                {
                    if (!(await vault.LookAtAsync(handle)).HasRecord)
                    {
                        Abort(handle);
                    }
                });
        }
        catch (StoreUnavailableException exception)
        {
            Log.NotLooked(logger, exception.Message);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            // A bug. It must not take the process along.
            Log.Failed(logger, exception);
        }
    }

    private List<SessionHandle> Handles(Func<ApiCall, bool> hasOne)
    {
        lock (_gate)
        {
            return [.. _calls.Where(calls => From(calls.Value).Any(hasOne)).Select(calls => calls.Key)];
        }
    }

    // Under the lock, so that none has ended meanwhile. What follows from it runs elsewhere.
    private void Abort(SessionHandle handle)
    {
        var count = 0;
        lock (_gate)
        {
            foreach (var call in From(_calls.GetValueOrDefault(handle)))
            {
                call.Abort();
                count++;
            }
        }

        if (count > 0 && handle != default)
        {
            Log.CutOff(logger, count, handle.Ref);
        }
    }

    private static IEnumerable<ApiCall> From(ApiCall? newest)
    {
        for (var call = newest; call is not null; call = call.Next)
        {
            yield return call;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(7201, LogLevel.Information, "{Count} exchanges of session {SessionRef} with APIs are cut off: it is over")]
        public static partial void CutOff(ILogger logger, int count, string sessionRef);

        [LoggerMessage(7202, LogLevel.Warning, "Whether the sessions of lasting exchanges with APIs still live could not be found out; they go on, and it is tried again: {Reason}")]
        public static partial void NotLooked(ILogger logger, string reason);

        [LoggerMessage(7203, LogLevel.Error, "Looking after the sessions of lasting exchanges with APIs has failed; it is tried again")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
