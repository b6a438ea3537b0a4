namespace BffBroker.Sessions;

/// <summary>
/// Writes what the store may lack until it has it, the session is gone, or its generation has moved on: every second, and at once when the
/// connection is back.
/// </summary>
internal sealed partial class WriteAgain(
    ISessionStore store, RecentWrites writes, StoreSignals signals, TimeProvider clock, ILogger<WriteAgain> logger) : BackgroundService
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);
    private static readonly ParallelOptions SomeAtOnce = new() { MaxDegreeOfParallelism = 16 };

    /// <summary>At shutdown, what was never in the store goes there first, for as long as the host waits.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        while (writes.HasUnwritten && !cancellationToken.IsCancellationRequested)
        {
            await WriteAsync();
            await PauseAsync(writes.HasUnwritten ? cancellationToken : new(canceled: true));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await PauseAsync(stoppingToken);
            try
            {
                await WriteAsync();
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // A bug. It must not take along what is still to be written.
                Log.Failed(logger, exception);
            }
        }
    }

    private async Task PauseAsync(CancellationToken cancellationToken) =>
        await Task.WhenAny(signals.NextRestored, Task.Delay(BetweenTries, clock, cancellationToken));

    private async Task WriteAsync()
    {
        if (writes.Doubtful is { Count: > 0 } doubtful)
        {
            await Parallel.ForEachAsync(doubtful, SomeAtOnce, async (entry, _) => await WriteAsync(entry.Key, entry.Value));
        }
    }

    private async Task WriteAsync(SessionHandle handle, RememberedSession session)
    {
        var interruptions = signals.Interruptions;
        try
        {
            var stored = await store.LoadAsync(handle);
            switch (session.Sealed is { } sealedSession ? await SaveAsync(handle, stored, session.Generation, sealedSession) : await EndAsync(handle, stored, session.Generation))
            {
                case Outcome.InStore:
                    writes.Update(handle, session, session with { InStoreAt = interruptions, Since = session.InStoreAt is null ? clock.GetUtcNow() : session.Since });
                    if (session.InStoreAt is null)
                    {
                        Log.Written(logger, handle.Ref);
                    }

                    break;

                case Outcome.Overtaken:
                    writes.Forget(handle, session);
                    Log.Overtaken(logger, handle.Ref);
                    break;
            }
        }
        catch (StoreUnavailableException exception)
        {
            Log.NotYet(logger, handle.Ref, exception.Message);
        }
    }

    // A timed-out save may have been done: what is there is looked at first. A record that is gone was ended, and stays so.
    private async Task<Outcome> SaveAsync(SessionHandle handle, StoredSession? stored, long generation, byte[] sealedSession)
    {
        if (stored is null or { IsOfKnownFormat: false } || stored.Generation > generation)
        {
            return Outcome.Overtaken;
        }

        if (stored.Generation == generation)
        {
            return stored.Sealed.AsSpan().SequenceEqual(sealedSession) ? Outcome.InStore : Outcome.Overtaken;
        }

        return await store.SaveAsync(handle, stored.Generation, generation, sealedSession) ? Outcome.InStore : Outcome.Unsettled;
    }

    private async Task<Outcome> EndAsync(SessionHandle handle, StoredSession? stored, long generation)
    {
        if (generation == RememberedSession.AnyGeneration)
        {
            _ = await store.DeleteAsync(handle);
            return Outcome.InStore;
        }

        if (stored is null || stored.Generation > generation)
        {
            return Outcome.Overtaken;
        }

        return await store.DeleteAsync(handle, stored.Generation) ? Outcome.InStore : Outcome.Unsettled;
    }

    private enum Outcome
    {
        InStore,

        /// <summary>The session has ended or moved on.</summary>
        Overtaken,

        /// <summary>Somebody wrote in between: the next round will tell.</summary>
        Unsettled,
    }

    private static partial class Log
    {
        [LoggerMessage(2401, LogLevel.Information, "What this node knew of session {SessionRef} is in the store")]
        public static partial void Written(ILogger logger, string sessionRef);

        [LoggerMessage(2402, LogLevel.Debug, "What this node knew of session {SessionRef} is overtaken: it has ended, or another node has saved")]
        public static partial void Overtaken(ILogger logger, string sessionRef);

        [LoggerMessage(2403, LogLevel.Debug, "What this node knows of session {SessionRef} is not in the store yet: {Reason}")]
        public static partial void NotYet(ILogger logger, string sessionRef, string reason);

        [LoggerMessage(2404, LogLevel.Error, "Writing again what the store may lack has failed; it is tried again")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
