using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;

namespace BffBroker.Limits;

/// <summary>
/// So many a minute for each <see cref="ClientNetwork"/>, on this node: a minute begins with a client's first and ends 60 s later.
/// </summary>
/// <remarks>
/// Not System.Threading.RateLimiting, whose limiters take no TimeProvider and keep an object for each client. Here all clients share two tables of
/// fixed size, 512 KiB together, whatever the number of addresses: each is counted at one place in either, and refused when both are full. So two
/// clients hinder each other only when both places coincide, which the secret hash leaves to chance.
/// </remarks>
internal sealed class RateLimit(int perMinute, TimeProvider clock)
{
    private const int Places = 1 << 14;
    private const int SecretSize = 16;

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(SecretSize);
    private readonly Minute[] _first = new Minute[Places];
    private readonly Minute[] _second = new Minute[Places];
    private readonly Lock _gate = new();

    /// <summary>Counts one more of this client. Zero: it may go on. Otherwise how long until it may again, and this one did not count.</summary>
    public TimeSpan Take(IPAddress? client) => Ask(client, counts: true);

    /// <summary>How long until this client may again, or zero; does not count.</summary>
    public TimeSpan WaitOf(IPAddress? client) => Ask(client, counts: false);

    private TimeSpan Ask(IPAddress? client, bool counts)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(client, hash);
        var now = clock.GetUtcNow().UtcTicks;
        lock (_gate)
        {
            var first = _first[BitConverter.ToUInt16(hash) % Places].Ask(perMinute, now, counts);
            var second = _second[BitConverter.ToUInt16(hash[sizeof(ushort)..]) % Places].Ask(perMinute, now, counts);
            return TimeSpan.FromTicks(Math.Min(first, second));
        }
    }

    private void Hash(IPAddress? client, Span<byte> hash)
    {
        Span<byte> input = stackalloc byte[SecretSize + sizeof(ulong)];
        _secret.CopyTo(input);
        BinaryPrimitives.WriteUInt64BigEndian(input[SecretSize..], ClientNetwork.Of(client).Value);
        SHA256.HashData(input, hash);
    }

    private struct Minute
    {
        private long _begin;
        private int _count;

        public long Ask(int limit, long now, bool counts)
        {
            // A clock that was set back begins anew, too.
            if (now - _begin is < 0 or >= TimeSpan.TicksPerMinute)
            {
                (_begin, _count) = (now, 0);
            }

            if (_count == limit)
            {
                return _begin + TimeSpan.TicksPerMinute - now;
            }

            _count += counts ? 1 : 0;
            return 0;
        }
    }
}
