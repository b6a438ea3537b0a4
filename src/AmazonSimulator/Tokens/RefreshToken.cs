namespace AmazonSimulator;

/// <summary>What a refresh token stands for. It has no end of its own.</summary>
internal sealed class RefreshToken(Grant grant)
{
    private int _retired;

    public Grant Grant => grant;

    public bool IsRetired => Volatile.Read(ref _retired) != 0;

    /// <summary>True for the one caller whose refresh replaces this token.</summary>
    public bool TryRetire() => Interlocked.Exchange(ref _retired, 1) == 0;
}
