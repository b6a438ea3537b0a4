namespace BffBroker.Endpoints;

/// <summary>Marks an endpoint that is asked with every click: its usual answers are counted, not logged.</summary>
internal sealed class AskedAllTheTime
{
    public static AskedAllTheTime Instance { get; } = new();
}
