namespace BffBroker.Endpoints;

/// <summary>The headers that every answer of the broker carries.</summary>
internal sealed class StandardHeaders(PublicSite site)
{
    // Whether an answer may be read from the session, and by whom. Nothing is stored; this is for a cache that does not listen.
    private const string Vary = "Cookie, Origin, Sec-Fetch-Site";

    private const string OneYear = "max-age=31536000";

    public void Set(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.Vary = Vary;

        // By the public URL: the TLS connection may end at a proxy before us. Other ports of localhost may well have no TLS.
        if (site.IsHttps && !site.IsLoopback)
        {
            response.Headers.StrictTransportSecurity = OneYear;
        }
    }

    /// <summary>For an answer that has its upstream's headers.</summary>
    public static void Lift(HttpResponse response)
    {
        response.Headers.CacheControl = default;
        response.Headers.XContentTypeOptions = default;
        response.Headers["Referrer-Policy"] = default;
        response.Headers.Vary = default;
        response.Headers.StrictTransportSecurity = default;
    }
}
