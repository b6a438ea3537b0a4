namespace BffBroker.Endpoints;

/// <summary><c>GET /login/pages.css</c>: how the broker's own pages look. It reads nothing, of a session least of all.</summary>
internal static class PageStyle
{
    public const string Path = "/login/pages.css";

    private static readonly byte[] Sheet = Read();

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods(Path, Routes.GetAndHead, () => TypedResults.Bytes(Sheet, "text/css; charset=utf-8"));

    // Embedded: so it cannot be lost on the way into an image, nor when another process hosts the broker.
    private static byte[] Read()
    {
        using var resource = typeof(PageStyle).Assembly.GetManifestResourceStream("pages.css")!;
        var sheet = new byte[resource.Length];
        resource.ReadExactly(sheet);
        return sheet;
    }
}
