namespace BffBroker.Sessions;

/// <summary>A session record as the store sees it.</summary>
/// <param name="Format">
/// Of <paramref name="Sealed"/>; <see cref="Corrupt"/> for a record with members missing or malformed. The other members mean the same in all formats:
/// so a session of any can be ended.
/// </param>
/// <param name="Seen">When its idle time began to run, or <see cref="Retired"/>.</param>
/// <param name="Intent">Of this generation's refresh, when one has been begun.</param>
internal sealed record StoredSession(int Format, long Generation, DateTimeOffset Seen, byte[] Sealed, RefreshIntent? Intent = null)
{
    public const int Corrupt = 0;

    /// <summary>What this version writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>In the place of an instant: the session was replaced, and nothing keeps it alive beyond its grace. No clock is ever so far ahead.</summary>
    public static readonly DateTimeOffset Retired = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());

    /// <summary>False also for one of another version of the broker: it is that one's to read and to save.</summary>
    public bool IsOfKnownFormat => RecordFormats.IsKnown(Format);
}
