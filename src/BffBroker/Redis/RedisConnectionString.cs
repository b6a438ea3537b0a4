using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>
/// Reads <c>ConnectionStrings:Redis</c>: the syntax of StackExchange.Redis, or a URI as hosting providers give it to their customers. The text may hold
/// a password, so no message quotes any part of it.
/// </summary>
internal static partial class RedisConnectionString
{
    // IANA's register of URI schemes: 6379 is the default of redis and of rediss. Without a URI the client's own default with TLS is 6380.
    private const int DefaultPort = 6379;
    private const int DefaultTlsPort = 6380;
    private const int DefaultSentinelPort = 26379;

    private const string NotOfTheClient =
        "Is neither a StackExchange.Redis connection string, such as 'redis:6379,ssl=true,password=…', nor a URI, such as 'rediss://user:password@redis:6379'. "
        + "Put a password with a comma into Redis:Password, usually the file Redis__Password of the secrets directory.";

    private const string NotAUri =
        "Is not a Redis URI: redis://[user[:password]@]host[:port][/database], or rediss:// for TLS, with several hosts separated by commas and without a query. "
        + "Percent-encode the special characters of user and password, or put both as they are into Redis:User and Redis:Password, usually files of the secrets directory.";

    /// <summary>
    /// The options, with the port of every address. Throws <see cref="FormatException"/>, whose message has the rule and the remedy.
    /// </summary>
    public static ConfigurationOptions Parse(string text)
    {
        var configuration = HasScheme.IsMatch(text) ? OfUris(text.Trim()) : OfTheClient(text);
        if (configuration.EndPoints.Count == 0)
        {
            throw new FormatException("Names no host. For example 'redis:6379,password=…'.");
        }

        SetPorts(configuration);
        return configuration;
    }

    private static ConfigurationOptions OfTheClient(string text)
    {
        ConfigurationOptions configuration;
        try
        {
            configuration = ConfigurationOptions.Parse(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            throw new FormatException(NotOfTheClient); // the client's own message quotes what it read
        }

        // The client skips an address that it cannot read. It takes all other text for the name of a host, the rest of a password after a comma as well.
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].IndexOf('=', StringComparison.Ordinal) <= 0 && (!IsAddress(parts[i], out var hasPort) || (!hasPort && i > 0 && IsPassword.IsMatch(parts[i - 1]))))
            {
                throw new FormatException(NotOfTheClient);
            }
        }

        return configuration;
    }

    private static bool IsAddress(string text, out bool hasPort)
    {
        var endpoint = EndPointCollection.TryParse(text);
        hasPort = endpoint is IPEndPoint { Port: > 0 } or DnsEndPoint { Port: > 0 };
        return endpoint is not null and not DnsEndPoint || (endpoint is DnsEndPoint name && Uri.CheckHostName(name.Host) == UriHostNameType.Dns);
    }

    // Several hosts stand in one URI, or have a URI each, which then says the same of all else.
    private static ConfigurationOptions OfUris(string text)
    {
        var uris = BetweenUris.Split(text).Select(each => RedisUri.Match(each)).ToList();
        if (uris.Exists(uri => !uri.Success) || uris.Select(LoginOf).Distinct().Count() > 1)
        {
            throw new FormatException(NotAUri);
        }

        var (isTls, user, password, database) = LoginOf(uris[0]);
        var configuration = new ConfigurationOptions { Ssl = isTls, User = Decode(user), Password = Decode(password), DefaultDatabase = DatabaseOf(database) };
        foreach (var host in uris.SelectMany(uri => uri.Groups["hosts"].Value.Split(',')))
        {
            _ = configuration.EndPoints.TryAdd(AddressOf(host));
        }

        return configuration;
    }

    private static (bool IsTls, string User, string Password, string Database) LoginOf(Match uri) => (
        uri.Groups["scheme"].Value.Equals("rediss", StringComparison.OrdinalIgnoreCase),
        uri.Groups["user"].Value,
        uri.Groups["password"].Value,
        uri.Groups["database"].Value);

    private static string? Decode(string text) =>
        text.Length == 0 ? null
        : BadEncoding.IsMatch(text) ? throw new FormatException(NotAUri)
        : Uri.UnescapeDataString(text);

    private static int? DatabaseOf(string text) =>
        text.Length == 0 ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var database) ? database
        : throw new FormatException(NotAUri);

    private static EndPoint AddressOf(string text)
    {
        var (match, port) = (HostAndPort.Match(text), DefaultPort);
        var host = match.Groups["host"].Value;
        var hasPort = match.Groups["port"] is { Success: true };
        if (!match.Success || Uri.CheckHostName(host) is UriHostNameType.Unknown or UriHostNameType.Basic
            || (hasPort && (!int.TryParse(match.Groups["port"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is 0 or > IPEndPoint.MaxPort)))
        {
            throw new FormatException(NotAUri);
        }

        return IPAddress.TryParse(host, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port);
    }

    // The client does the same when it connects. Here messages can name the port, and a host that is written with and without its port is there once: the
    // client fails at the second one.
    private static void SetPorts(ConfigurationOptions configuration)
    {
        var port = !string.IsNullOrEmpty(configuration.ServiceName) ? DefaultSentinelPort : configuration.Ssl ? DefaultTlsPort : DefaultPort;
        List<EndPoint> endpoints = [.. configuration.EndPoints.Select(endpoint => endpoint switch
        {
            DnsEndPoint { Port: 0 } name => new DnsEndPoint(name.Host, port),
            IPEndPoint { Port: 0 } ip => new IPEndPoint(ip.Address, port),
            _ => endpoint,
        })];
        configuration.EndPoints.Clear();
        endpoints.ForEach(endpoint => configuration.EndPoints.TryAdd(endpoint));
    }

    [GeneratedRegex(@"^\s*[a-z][a-z0-9+.-]*://", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex HasScheme { get; }

    [GeneratedRegex(",(?=[a-z][a-z0-9+.-]*://)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BetweenUris { get; }

    // RFC 3986. The last @ ends the password, in which some providers leave one as it is.
    [GeneratedRegex(
        @"^(?<scheme>rediss?)://((?<user>[^:/?#,\s]*)(:(?<password>[^/?#,\s]*))?@)?(?<hosts>[^@/?#\s]+)(/(?<database>[0-9]*))?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex RedisUri { get; }

    [GeneratedRegex(@"^(?<host>\[[^\]]+\]|[^:\[\]]+)(:(?<port>[0-9]{1,5}))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex HostAndPort { get; }

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})")]
    private static partial Regex BadEncoding { get; }

    [GeneratedRegex(@"^(sentinel)?password\s*=", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex IsPassword { get; }
}
