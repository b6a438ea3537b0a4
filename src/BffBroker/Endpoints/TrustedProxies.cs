using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace BffBroker.Endpoints;

/// <summary>The peers whose <c>X-Forwarded-*</c> headers count: those of <c>Broker:TrustedProxies</c>, and nobody when there are none.</summary>
internal sealed class TrustedProxies(IOptions<BrokerOptions> options)
{
    /// <summary>The entry for every peer on a Unix socket, where a peer has no address.</summary>
    public const string UnixSocket = "unix";

    // No peer has this address. It keeps the list from being empty, which the framework's middleware takes for trust in every address of X-Forwarded-For.
    private static readonly IPNetwork OfUnixSocket = new(IPAddress.Any, 32);

    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF:.");

    private static readonly IPNetwork[] Internal =
    [
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("100.64.0.0/10"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("fc00::/7"), IPNetwork.Parse("fe80::/10"),
    ];

    // What no operator's proxies fill, and clients do: 33 million addresses of IPv4 (the largest content delivery networks have fewer), and as much of IPv6 as a
    // regional registry is given at once.
    private static readonly (AddressFamily Family, int PrefixLength)[] TooMuch = [(AddressFamily.InterNetwork, 7), (AddressFamily.InterNetworkV6, 12)];

    private readonly IPNetwork[] _networks = [.. options.Value.TrustedProxies.Select(text => Parse(text)!.Value)];

    public IReadOnlyList<IPNetwork> Networks => _networks;

    /// <summary>Whether a peer on a Unix socket is a proxy. The permissions of the socket decide who can be such a peer.</summary>
    public bool IncludesUnixSocket { get; } = options.Value.TrustedProxies.Any(IsUnixSocket);

    /// <summary>The ranges that together hold so many public addresses that any client may be in one of them. Empty where the ranges are narrower.</summary>
    public IReadOnlyList<IPNetwork> PracticallyEverybody => [.. TooMuch.SelectMany(limit => WidestOf(_networks, limit.Family, limit.PrefixLength))];

    /// <param name="peer">An IPv4 peer may look like ::ffff:192.0.2.1, as a listener for both families shows it.</param>
    public bool Contains(IPAddress? peer) => peer is not null && Contains(_networks, peer);

    public static bool Contains(IPNetwork[] networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether an address is of a private network, of this machine, or of this link.</summary>
    public static bool IsInternal(IPAddress address) => Contains(Internal, address);

    /// <summary>An address, a range in CIDR notation, or <see cref="UnixSocket"/>. Null for one that could be read in two ways, such as '10.1', '010.0.0.1' or '10.0.0.1/8'.</summary>
    public static IPNetwork? Parse(string text)
    {
        if (IsUnixSocket(text))
        {
            return OfUnixSocket;
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var written = slash < 0 ? text : text[..slash];
        if (written.AsSpan().ContainsAnyExcept(AddressCharacters) || !IPAddress.TryParse(written, out var address)
            || (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != written))
        {
            return null;
        }

        var (longest, bits) = (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128, 0);
        if (slash < 0)
        {
            bits = longest;
        }
        else if (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out bits) || bits > longest)
        {
            return null;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            (address, bits) = (address.MapToIPv4(), bits - (128 - 32));
        }

        return bits >= 0 && IPNetwork.TryParse($"{address}/{bits}", out var network) && network.BaseAddress.Equals(address) ? network : null;
    }

    private static bool IsUnixSocket(string text) => text.Equals(UnixSocket, StringComparison.OrdinalIgnoreCase);

    // Two ranges are apart, or one is in the other: without those in others, the sizes add up.
    private static IPNetwork[] WidestOf(IPNetwork[] networks, AddressFamily family, int prefixLength)
    {
        var all = networks.Distinct().Where(network => network.BaseAddress.AddressFamily == family).ToList();
        IPNetwork[] widest = [.. all.Where(network => !IsWithin(network, Internal) && !IsWithin(network, all.Where(other => other != network)))];
        return widest.Sum(network => Math.Pow(2, -network.PrefixLength)) >= Math.Pow(2, -prefixLength) ? widest : [];
    }

    private static bool IsWithin(IPNetwork network, IEnumerable<IPNetwork> others) => others.Any(other =>
        other.PrefixLength <= network.PrefixLength && other.BaseAddress.AddressFamily == network.BaseAddress.AddressFamily && other.Contains(network.BaseAddress));
}
