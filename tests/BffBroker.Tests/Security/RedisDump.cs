using System.Buffers.Text;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.DataProtection;
using StackExchange.Redis;

namespace BffBroker.Tests.Security;

/// <summary>All that a thief of the whole Redis has, and all that he can open of it with the key ring's certificate.</summary>
internal sealed partial class RedisDump
{
    private readonly List<IDataProtector> _protectors = [];

    private RedisDump(IReadOnlyList<byte[]> values) => Values = values;

    /// <summary>Keys, names and values.</summary>
    public IReadOnlyList<byte[]> Values { get; }

    /// <summary>How many layers of Data Protection were opened.</summary>
    public int Opened { get; private set; }

    public static async Task<RedisDump> TakeAsync(KeyRingWorld world)
    {
        var dump = new RedisDump(await ReadAsync(world.Redis, world.KeyPrefix));
        var ring = (await world.RingAsync()).Select(text => XElement.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(XElement.Parse(text).Value))));
        var provider = DataProtection.ProviderOf(ring, world.Certificate.Certificate);
        dump._protectors.AddRange(Sources.Of("src/BffBroker").SelectMany(file => Purpose.Matches(File.ReadAllText(file)))
            .Select(match => provider.CreateProtector(match.Groups[1].Value)));
        Assert.NotEmpty(dump._protectors);
        return dump;
    }

    /// <summary>Each value as it is, and whatever is inside it: decoded, and opened under any purpose that the broker has.</summary>
    public IEnumerable<byte[]> Layers() => Values.SelectMany(value => LayersOf(value, depth: 0));

    private IEnumerable<byte[]> LayersOf(byte[] value, int depth)
    {
        if (depth > 5)
        {
            yield break;
        }

        yield return value;
        foreach (var inner in Inside(value).SelectMany(inner => LayersOf(inner, depth + 1)))
        {
            yield return inner;
        }
    }

    private IEnumerable<byte[]> Inside(byte[] value)
    {
        var text = Encoding.Latin1.GetString(value);
        foreach (Match match in Encoded.Matches(text))
        {
            var encoded = match.Value.TrimEnd('=').Replace('+', '-').Replace('/', '_');
            if (encoded.Length % 4 != 1 && Base64Url.IsValid(encoded))
            {
                yield return Base64Url.DecodeFromChars(encoded);
            }
        }

        foreach (var protector in _protectors)
        {
            if (TryOpen(protector, value) is { } opened)
            {
                Opened++;
                yield return opened;
            }
        }
    }

    private static byte[]? TryOpen(IDataProtector protector, byte[] value)
    {
        try
        {
            return protector.Unprotect(value);
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }

    private static async Task<IReadOnlyList<byte[]>> ReadAsync(IDatabase redis, string prefix)
    {
        var all = new List<RedisValue>();
        foreach (var key in await redis.KeysAsync(prefix + "*"))
        {
            all.Add(key);
            all.AddRange(await redis.KeyTypeAsync(key) switch
            {
                RedisType.Hash => (await redis.HashGetAllAsync(key)).SelectMany(field => new[] { field.Name, field.Value }),
                RedisType.List => await redis.ListRangeAsync(key),
                RedisType.Set => await redis.SetMembersAsync(key),
                RedisType.SortedSet => await redis.SortedSetRangeByRankAsync(key),
                RedisType.String => [await redis.StringGetAsync(key)],
                var other => throw new NotSupportedException($"This dump does not know how to read a {other}."),
            });
        }

        return [.. all.Select(value => (byte[])value!)];
    }

    [GeneratedRegex("CreateProtector\\(\"([^\"]+)\"\\)")]
    private static partial Regex Purpose { get; }

    [GeneratedRegex("[A-Za-z0-9+/_-]{16,}={0,2}")]
    private static partial Regex Encoded { get; }
}
