namespace BffBroker.Endpoints;

/// <summary>Tells a person opening a page from a script, a frame, an image or a prefetch.</summary>
internal static class Navigation
{
    private static readonly string[] FetchMetadata = ["Sec-Fetch-Mode", "Sec-Fetch-Dest", "Sec-Fetch-Site", "Sec-Fetch-User"];

    /// <summary>
    /// By Fetch Metadata where the browser sends it. An in-app browser of Android has its package name in <c>X-Requested-With</c> on every page load, and
    /// a service worker that passes a navigation on sends <c>empty</c> as its destination; no script of a page can set that mode.
    /// </summary>
    public static bool IsNavigation(this HttpRequest request) =>
        !IsPrefetch(request, "Sec-Purpose")
        && !IsPrefetch(request, "Purpose")
        && !IsPrefetch(request, "X-Moz")
        && (request.HasFetchMetadata()
            ? request.Headers["Sec-Fetch-Mode"] == "navigate" && request.Headers["Sec-Fetch-Dest"] is ["document" or "empty"]
            : !request.Headers["X-Requested-With"].ToString().Equals("XMLHttpRequest", StringComparison.OrdinalIgnoreCase));

    /// <summary>Old browsers have none, and no browser sends it to a plain http origin other than localhost.</summary>
    public static bool HasFetchMetadata(this HttpRequest request) => Array.Exists(FetchMetadata, request.Headers.ContainsKey);

    private static bool IsPrefetch(HttpRequest request, string header) =>
        request.Headers[header].ToString().Contains("prefetch", StringComparison.OrdinalIgnoreCase);
}
