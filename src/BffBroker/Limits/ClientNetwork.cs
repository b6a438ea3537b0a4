using System.Buffers.Binary;
using System.Net;

namespace BffBroker.Limits;

/// <summary>Whom a limit counts as one client: an IPv4 address, or an IPv6 /64, which is what one customer of a network gets.</summary>
internal readonly record struct ClientNetwork(ulong Value)
{
    private const int AddressSize = 16;
    private const int IPv4Size = 4;

    /// <param name="address">Null where there is none, as on a Unix socket: all of those are one client.</param>
    public static ClientNetwork Of(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[AddressSize];
        return address is null || !address.TryWriteBytes(bytes, out var length) ? new(ulong.MaxValue)

            // After four zeros, where no IPv6 network begins.
            : length == IPv4Size || address.IsIPv4MappedToIPv6 ? new(BinaryPrimitives.ReadUInt32BigEndian(bytes[(length - IPv4Size)..]))
            : new(BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }
}
