namespace BffBroker.Redis;

/// <summary>What a value of the list in Redis turns out to be.</summary>
internal abstract record KeyRingElement
{
    private KeyRingElement()
    {
    }

    /// <summary>Written by a broker that has one of our certificates: the XML that Data Protection gave it.</summary>
    public sealed record Genuine(string Content) : KeyRingElement;

    /// <summary>Anything else. <paramref name="Reason"/> says nothing of its content.</summary>
    public sealed record Ignored(string Reason) : KeyRingElement;
}
