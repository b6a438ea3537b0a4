using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace BffBroker.Endpoints;

/// <summary>The peers whose <c>X-Forwarded-*</c> headers count: those of <c>Broker:TrustedProxies</c>, and nobody when there are none.</summary>
internal sealed class TrustedProxies(IOptions<BrokerOptions> options)
{
    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF:.");

    private readonly IPNetwork[] _networks = [.. options.Value.TrustedProxies.Select(text => Parse(text)!.Value)];

    public IReadOnlyList<IPNetwork> Networks => _networks;

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

    /// <summary>An address, or a range in CIDR notation. Null for one that could be read in two ways, such as '10.1', '010.0.0.1' or '10.0.0.1/8'.</summary>
    public static IPNetwork? Parse(string text)
    {
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
}
