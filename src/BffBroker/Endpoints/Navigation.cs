namespace BffBroker.Endpoints;

/// <summary>Tells a person opening a page from a script, a frame, an image or a prefetch.</summary>
internal static class Navigation
{
    public static bool IsNavigation(this HttpRequest request) =>
        IsAbsentOr(request, "Sec-Fetch-Mode", "navigate")
        && !request.Headers.ContainsKey("X-Requested-With")
        && request.MayBePage();

    /// <summary>Nothing says that it is for a frame or an image, or made before anybody asked.</summary>
    public static bool MayBePage(this HttpRequest request) =>
        IsAbsentOr(request, "Sec-Fetch-Dest", "document")
        && !IsPrefetch(request, "Sec-Purpose")
        && !IsPrefetch(request, "Purpose")
        && !IsPrefetch(request, "X-Moz");

    private static bool IsAbsentOr(HttpRequest request, string header, string value) =>
        !request.Headers.TryGetValue(header, out var given) || given == value;

    private static bool IsPrefetch(HttpRequest request, string header) =>
        request.Headers[header].ToString().Contains("prefetch", StringComparison.OrdinalIgnoreCase);
}
