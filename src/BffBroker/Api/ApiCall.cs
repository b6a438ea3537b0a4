using BffBroker.Sessions;

namespace BffBroker.Api;

/// <summary>A request that is on its way to an upstream, or to and fro.</summary>
/// <param name="session">Null on a route that needs none.</param>
/// <param name="since">Timestamp of its beginning.</param>
/// <param name="mayRepeat">Whether the request can be sent again as it was.</param>
internal sealed class ApiCall(HttpContext http, OpenSession? session, long since, bool mayRepeat)
{
    private bool _mayRepeat = mayRepeat;

    /// <summary>With the token that upstream gets.</summary>
    public OpenSession? Session { get; private set; } = session;

    public SessionHandle Handle { get; } = session?.Handle ?? default;

    public long Since { get; } = since;

    /// <summary>Upstream has rejected the token, and there is another one.</summary>
    public bool IsToBeRepeated { get; private set; }

    /// <summary>Once.</summary>
    public bool TakesRepeat => Interlocked.Exchange(ref _mayRepeat, false);

    /// <summary>Of the same session.</summary>
    public ApiCall? Next { get; set; }

    /// <inheritdoc cref="Next"/>
    public ApiCall? Previous { get; set; }

    public void RepeatWith(OpenSession renewed) => (Session, IsToBeRepeated) = (renewed, true);

    public void Repeated() => IsToBeRepeated = false;

    /// <summary>Ends its connection, or its stream of one.</summary>
    public void Abort() => http.Abort();
}
