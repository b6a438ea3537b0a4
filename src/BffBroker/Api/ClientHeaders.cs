using BffBroker.Endpoints;

namespace BffBroker.Api;

/// <summary>What a client sends and no upstream gets, whatever route it is: who the user is and where a request came from is not the client's to say.</summary>
internal sealed class ClientHeaders(OwnCookies cookies)
{
    // X-Original-URL and X-Rewrite-URL stand for another path with some frameworks; Proxy is HTTP_PROXY to CGI; X-Sendfile-Type and X-Accel-Mapping say
    // how an upstream hands a file to its gateway. The identifiers of a trace are the broker's own, or those that it took over. The others are how
    // load balancers and content delivery networks report a client's address, scheme, host or certificate.
    private static readonly HashSet<string> Stripped =
    [
        "forwarded", "x-rewrite-url", "proxy", "proxy-authorization", "traceparent", "tracestate", "baggage", "request-id", "correlation-context",
        "x-real-ip", "client-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip", "fastly-client-ip", "fly-client-ip", "x-azure-clientip", "x-azure-socketip",
        "x-envoy-external-address", "x-originating-ip", "x-proxyuser-ip", "x-remote-ip", "x-remote-addr", "remote-addr", "forwarded-for", "x-forwarded",
        "x-scheme", "x-url-scheme", "front-end-https", "x-host", "x-http-host-override", "x-client-cert", "x-sendfile-type", "x-accel-mapping",
    ];

    private static readonly string[] StrippedBeginnings = ["x-forwarded-", "x-original-", "cf-connecting-", "cf-visitor", "x-arr-", "x-ssl-", "ssl-client-"];

    /// <param name="request">Is changed itself, so that no transform of the configuration brings one back.</param>
    /// <param name="isForUser">Then the client's own Authorization goes too: the session's token takes its place.</param>
    public void Strip(HttpRequest request, bool isForUser)
    {
        var headers = request.Headers;
        List<string>? found = null;
        foreach (var (name, _) in headers)
        {
            if (IsStripped(name))
            {
                (found ??= []).Add(name);
            }
        }

        foreach (var name in found ?? [])
        {
            headers.Remove(name);
        }

        if (isForUser)
        {
            headers.Authorization = default;
        }

        // YARP would pass an upgrade to SPDY on as well.
        if (!CrossSiteDefence.IsHandshake(request.HttpContext))
        {
            headers.Upgrade = default;
        }

        headers.Cookie = cookies.Without(headers.Cookie);
        if (headers.Cookie is [{ Length: 0 }])
        {
            headers.Cookie = default;
        }
    }

    // The initials of all of them. Most headers have another, and cost nothing.
    private static bool IsStripped(string name) => ((name[0] | ' ') is 'x' or 'r' or 'f' or 'p' or 't' or 'b' or 'c' || name.StartsWith("ssl", StringComparison.OrdinalIgnoreCase)) && IsNamedSo(name);

    private static bool IsNamedSo(string name)
    {
        var folded = IdentityHeaders.Fold(name);
        return IdentityHeaders.IsFoldedOne(folded) || Stripped.Contains(folded) || Array.Exists(StrippedBeginnings, beginning => folded.StartsWith(beginning, StringComparison.Ordinal));
    }
}
