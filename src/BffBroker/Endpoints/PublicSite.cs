using BffBroker.OAuth;
using Microsoft.Extensions.Options;

namespace BffBroker.Endpoints;

/// <summary>The public URL and what follows from it. Built from the configuration alone, never from a request.</summary>
internal sealed class PublicSite
{
    private readonly string _authority;
    private readonly int _defaultPort;
    private readonly HashSet<string> _seeingSession;
    private readonly string _url;

    public PublicSite(IOptions<BrokerOptions> options, IOptions<SessionOptions> session)
    {
        var url = new Uri(options.Value.PublicUrl);
        _authority = AuthorityOf(url);
        Host = url.IdnHost;
        Scheme = url.Scheme;
        IsHttps = url.Scheme == Uri.UriSchemeHttps;
        IsLoopback = url.IsLoopback || url.Host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        _defaultPort = IsHttps ? 443 : 80;
        PathBase = url.AbsolutePath.TrimEnd('/');
        Origin = OriginOf(url);
        _url = Origin + PathBase;
        AllowedOrigins = [.. options.Value.AllowedOrigins.Select(origin => OriginOf(new(origin)))];
        ReturnOrigins = [Origin, .. AllowedOrigins, .. options.Value.ReturnOrigins.Select(origin => OriginOf(new(origin)))];
        var domain = CookieNames.Of(session.Value).Domain;
        _seeingSession = [Origin, .. ReturnOrigins.Where(origin => SeesSession(new Uri(origin), url, domain))];
    }

    /// <summary>As a browser writes it into an Origin header.</summary>
    public string Origin { get; }

    /// <summary>Without the port; lower case, in punycode.</summary>
    public string Host { get; }

    /// <summary>Empty, or begins with a slash and does not end with one.</summary>
    public string PathBase { get; }

    public string Scheme { get; }

    public bool IsHttps { get; }

    public bool IsLoopback { get; }

    public string RedirectUri => _url + "/callback";

    /// <summary>The origins, beside our own, whose pages may use a session.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; }

    private IReadOnlyList<string> ReturnOrigins { get; }

    public ReturnUrl? ParseReturnUrl(string? value) => ReturnUrl.Parse(value, ReturnOrigins);

    public string UrlOf(string path) => _url + path;

    public string LoginUrl(Scopes? scopes = null, ReturnUrl? returnUrl = null)
    {
        var query = new List<string>();
        if (returnUrl is not null && returnUrl != ReturnUrl.Root)
        {
            query.Add("returnUrl=" + Uri.EscapeDataString(returnUrl.Value));
        }

        if (scopes is { IsEmpty: false })
        {
            query.Add("scope=" + Uri.EscapeDataString(scopes.ToString()));
        }

        return _url + "/login" + (query.Count > 0 ? "?" + string.Join('&', query) : "");
    }

    /// <summary>Whether a browser that sent this Host header sends our cookies.</summary>
    public bool IsHost(HostString host)
    {
        var authority = host.Port == _defaultPort ? new HostString(host.Host) : host;
        return string.Equals(authority.ToUriComponent(), _authority, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Whether a browser sends the session cookie there, of all origins that we know: the public one, those that are listed and lie under
    /// <c>Session:CookieDomain</c>, and those that differ from the public one by the port alone.
    /// </summary>
    /// <param name="origin">As a browser writes it into an Origin header.</param>
    public bool SeesSession(string origin) => _seeingSession.Contains(origin);

    // RFC 6265 8.5: cookies know no ports. Secure ones know the scheme.
    private static bool SeesSession(Uri origin, Uri publicUrl, string? domain) =>
        origin.Scheme == publicUrl.Scheme && (origin.IdnHost == publicUrl.IdnHost || (domain is not null && CookieDomain.Covers(domain, origin.IdnHost)));

    // Browsers write hosts in punycode and leave out the scheme's own port.
    private static string AuthorityOf(Uri url) =>
        (url.HostNameType == UriHostNameType.IPv6 ? url.Host : url.IdnHost) + (url.IsDefaultPort ? "" : $":{url.Port}");

    public static string OriginOf(Uri url) => $"{url.Scheme}://{AuthorityOf(url)}";
}
