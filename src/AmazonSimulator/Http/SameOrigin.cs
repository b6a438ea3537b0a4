namespace AmazonSimulator;

/// <summary>Tells requests a foreign web page made a browser send from those of our own pages and of scripts.</summary>
internal static class SameOrigin
{
    public static bool IsForeign(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site)
        {
            return site is not ("same-origin" or "none");
        }

        return request.Headers.Origin.ToString() is { Length: > 0 } origin && origin != $"{request.Scheme}://{request.Host}";
    }
}
