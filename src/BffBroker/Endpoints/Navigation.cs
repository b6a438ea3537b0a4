namespace BffBroker.Endpoints;

/// <summary>Tells a person opening a page from a script, a frame, an image or a prefetch.</summary>
internal static class Navigation
{
    /// <summary>
    /// By Fetch Metadata where the browser sends it. An in-app browser of Android has its package name in <c>X-Requested-With</c> on every page load, and
    /// a service worker that passes a navigation on sends <c>empty</c> as its destination; no script of a page can set that mode.
    /// </summary>
    public static bool IsNavigation(this HttpRequest request) =>
        !IsPrefetch(request, "Sec-Purpose")
        && !IsPrefetch(request, "Purpose")
        && !IsPrefetch(request, "X-Moz")
        && (request.HasFetchMode()
            ? request.Headers["Sec-Fetch-Mode"] == "navigate" && (request.Headers["Sec-Fetch-Dest"] is [] or ["document" or "empty"])
            : (request.Headers["Sec-Fetch-Dest"] is [] or ["document"])
                && !request.Headers["X-Requested-With"].ToString().Equals("XMLHttpRequest", StringComparison.OrdinalIgnoreCase));

    /// <summary>Old browsers do not tell it, and no browser tells a plain http origin other than localhost.</summary>
    public static bool HasFetchMode(this HttpRequest request) => request.Headers.ContainsKey("Sec-Fetch-Mode");

    private static bool IsPrefetch(HttpRequest request, string header) =>
        request.Headers[header].ToString().Contains("prefetch", StringComparison.OrdinalIgnoreCase);
}
