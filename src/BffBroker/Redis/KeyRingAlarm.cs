namespace BffBroker.Redis;

/// <summary>Tells once of each value in the key ring's place that is not the key ring's, and never what it is.</summary>
internal sealed partial class KeyRingAlarm(ILogger<KeyRingAlarm> logger)
{
    private HashSet<string> _ignored = [];
    private bool _isForeign;

    /// <summary>After each reading.</summary>
    /// <param name="isForeign">What stands there is no list at all.</param>
    /// <param name="ignored">Values of the list, each with the reason.</param>
    public void Update(string key, bool isForeign, IReadOnlyDictionary<string, string> ignored)
    {
        if (isForeign && !_isForeign)
        {
            Log.Foreign(logger, key);
        }

        foreach (var (reason, count) in ignored.Where(value => !_ignored.Contains(value.Key)).CountBy(value => value.Value))
        {
            Log.Ignored(logger, key, count, reason);
        }

        (_isForeign, _ignored) = (isForeign, [.. ignored.Keys]);
    }

    private static partial class Log
    {
        [LoggerMessage(3201, LogLevel.Error, "In {Key}, {Count} values are ignored that are not the key ring's: {Reason}. Somebody else writes to this Redis, or a previous certificate was removed too early; see docs/keys.md")]
        public static partial void Ignored(ILogger logger, string key, int count, string reason);

        [LoggerMessage(3202, LogLevel.Error, "{Key} was overwritten with something that is no key ring. A node that knows the ring puts it in its place; if none does, delete the key; see docs/keys.md")]
        public static partial void Foreign(ILogger logger, string key);
    }
}
