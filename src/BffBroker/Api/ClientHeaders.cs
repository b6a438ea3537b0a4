using BffBroker.Endpoints;

namespace BffBroker.Api;

/// <summary>What a client sends and no upstream gets, whatever route it is: who the user is and where a request came from is not the client's to say.</summary>
internal sealed class ClientHeaders(OwnCookies cookies)
{
    // X-Original-URL and X-Rewrite-URL stand for another path with some frameworks; Proxy is HTTP_PROXY to CGI. The identifiers of a trace are the
    // broker's own, or those that it took over.
    private static readonly HashSet<string> Stripped =
    [
        "forwarded", "x-real-ip", "x-rewrite-url", "proxy", "proxy-authorization", "traceparent", "tracestate", "baggage", "request-id", "correlation-context",
    ];

    private static readonly string[] StrippedBeginnings = ["x-forwarded-", "x-original-"];

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

        headers.Cookie = cookies.Without(headers.Cookie);
        if (headers.Cookie is [{ Length: 0 }])
        {
            headers.Cookie = default;
        }
    }

    // The initials of all of them. Most headers have another, and cost nothing.
    private static bool IsStripped(string name) => (name[0] | ' ') is 'x' or 'r' or 'f' or 'p' or 't' or 'b' or 'c' && IsNamedSo(name);

    private static bool IsNamedSo(string name)
    {
        if (IdentityHeaders.IsOne(name))
        {
            return true;
        }

        var plain = name.Replace('_', '-').ToLowerInvariant();
        return Stripped.Contains(plain) || Array.Exists(StrippedBeginnings, beginning => plain.StartsWith(beginning, StringComparison.Ordinal));
    }
}
