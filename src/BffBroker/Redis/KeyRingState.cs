namespace BffBroker.Redis;

/// <summary>The key ring as last read; nothing of it is secret.</summary>
/// <param name="NewestCreatedAt">When its newest key was made. Null: there is none.</param>
/// <param name="IgnoredElements">How many values beside it in Redis are not ours.</param>
internal sealed record KeyRingState(int Keys, DateTimeOffset? NewestCreatedAt, DateTimeOffset ReadAt, int IgnoredElements);
