using BffBroker.Sessions;

namespace BffBroker.Redis;

/// <summary>
/// Reads the key ring now and then, and as soon as the store is back after an interruption: so that what Redis has lost returns, and a key that
/// another node has made is known before it is met.
/// </summary>
internal sealed partial class KeyRingUpkeep(
    SignedXmlRepository ring, ReloadableKeyManager keys, StoreSignals signals, TimeProvider clock, ILogger<KeyRingUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan BetweenReads = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.WhenAny(signals.NextRestored, Task.Delay(BetweenReads, clock, stoppingToken));
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            try
            {
                // Before the ring in memory is given up, it must be certain that another one can be had.
                ring.GetAllElements();
                keys.Reload();
            }
            catch (StoreUnavailableException exception)
            {
                Log.NotRead(logger, exception.Message);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // A bug. It must not take the process along.
                Log.Failed(logger, exception);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3204, LogLevel.Debug, "The key ring could not be read, and will be again: {Reason}")]
        public static partial void NotRead(ILogger logger, string reason);

        [LoggerMessage(3205, LogLevel.Error, "Reading the key ring has failed; it is tried again")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
