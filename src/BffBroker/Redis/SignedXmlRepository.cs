using System.Xml.Linq;
using BffBroker.Sessions;
using Microsoft.AspNetCore.DataProtection.Repositories;
using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>
/// The key ring in Redis, under <c>bff:keys</c>: signs each element before the package's repository stores it, and verifies what it reads. A value that is
/// not signed by one of our certificates is ignored, with an alarm. An element that this node knows and Redis has lost is put back. A failure of Redis
/// is a <see cref="StoreUnavailableException"/>.
/// </summary>
internal sealed partial class SignedXmlRepository(
    IXmlRepository inner, RedisConnection redis, KeyRingSignature signature, KeyRingAlarm alarm, TimeProvider clock, ILogger<SignedXmlRepository> logger) : IXmlRepository
{
    // The package would parse all values or none, of any size: one planted value could take the ring, or all memory, from every node. This script returns
    // each value, and puts back what is lost in the same step, so that two nodes do not add it twice.
    private static readonly RedisScript Read = new("read_keys", """
        local kind = redis.call('TYPE', KEYS[1]).ok
        local isForeign = kind ~= 'list' and kind ~= 'none'
        local answer, has, lacking = { isForeign and '1' or '0', '0' }, {}, {}
        for _, text in ipairs(isForeign and {} or redis.call('LRANGE', KEYS[1], 0, -1)) do
          has[text] = true
          answer[#answer + 1] = #text <= 65536 and text or ''
        end
        for _, text in ipairs(ARGV) do
          if not has[text] then lacking[#lacking + 1] = text end
        end
        if #lacking > 0 then
          if isForeign then redis.pcall('DEL', KEYS[1]) end
          if type(redis.pcall('RPUSH', KEYS[1], unpack(lacking))) == 'number' then answer[2] = tostring(#lacking) end
        end
        return answer
        """);

    private readonly string _key = redis.Options.Key("keys");
    private readonly Lock _gate = new();

    // By content: Data Protection gives up on a ring that has a key twice. With the text that Redis should have.
    private readonly Dictionary<string, string> _known = [];

    /// <summary>Null before it was read.</summary>
    public KeyRingState? State { get; private set; }

    /// <summary>The elements in Redis, and those that this node has seen there before. Blocks, since Data Protection reads synchronously.</summary>
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        lock (_gate)
        {
            var answer = Wait(redis.EvaluateAsync(Read, [_key], Texts, [.. _known.Values]));
            if (answer[1] != "0")
            {
                Log.PutBack(logger, _key, answer[1]);
            }

            var (isForeign, ignored) = (answer[0] == "1", Learn(answer[2..]));
            alarm.Update(_key, isForeign, ignored);
            List<XElement> elements = [.. _known.Keys.Select(XElement.Parse)];
            State = StateOf(elements, ignored.Count + (isForeign ? 1 : 0));
            return elements;
        }
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        var signed = signature.Sign(element);
        Wait(redis.RunAsync("store_key", _ =>
        {
            inner.StoreElement(signed, friendlyName);
            return Task.FromResult(true);
        }));
        lock (_gate)
        {
            _known.TryAdd(element.ToString(SaveOptions.DisableFormatting), signed.ToString(SaveOptions.DisableFormatting));
        }
    }

    private static T Wait<T>(Task<T> operation) => operation.GetAwaiter().GetResult();

    private static string[] Texts(RedisResult answer) => [.. ((RedisValue[]?)answer ?? []).Select(text => (string?)text ?? "")];

    /// <summary>Learns the genuine elements. Returns the other values, each with the reason why it is ignored.</summary>
    private Dictionary<string, string> Learn(string[] texts)
    {
        var ignored = new Dictionary<string, string>();
        foreach (var text in texts)
        {
            switch (signature.Verify(text))
            {
                case KeyRingElement.Genuine genuine:
                    _known.TryAdd(genuine.Content, text);
                    break;

                case KeyRingElement.Ignored { Reason: var reason }:
                    ignored[text] = reason;
                    break;
            }
        }

        return ignored;
    }

    private KeyRingState StateOf(List<XElement> elements, int ignored)
    {
        List<DateTimeOffset?> made = [.. elements.Where(element => element.Name == "key").Select(key => (DateTimeOffset?)key.Element("creationDate"))];
        return new(made.Count, made.Max(), clock.GetUtcNow(), ignored);
    }

    private static partial class Log
    {
        [LoggerMessage(3203, LogLevel.Warning, "{Key} had lost {Count} elements of the key ring, which this node has put back")]
        public static partial void PutBack(ILogger logger, string key, string count);
    }
}
