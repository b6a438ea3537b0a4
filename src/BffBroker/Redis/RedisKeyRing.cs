using System.Xml.Linq;
using BffBroker.Sessions;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.StackExchangeRedis;
using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>
/// The Data Protection key ring in Redis, under <c>bff:keys</c>, each element signed. What is not is left alone, with an alarm; what this node
/// knows to belong there and Redis has lost is put back. What Redis cannot do is a <see cref="StoreUnavailableException"/>.
/// </summary>
internal sealed partial class RedisKeyRing(
    RedisConnection redis, KeyRingSignature signature, KeyRingAlarm alarm, TimeProvider clock, ILogger<RedisKeyRing> logger) : IXmlRepository
{
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
    private readonly RedisXmlRepository _ring = new(redis.GetDatabase, redis.Options.Key("keys"));
    private readonly Lock _gate = new();

    // By content: Data Protection gives up on a ring that has a key twice. With the text that Redis should have.
    private readonly Dictionary<string, string> _known = [];

    /// <summary>Null before it was read.</summary>
    public KeyRingState? State { get; private set; }

    /// <summary>
    /// What Redis has and what this node has seen there before. Not by the package, which parses all or nothing: one planted value that is no XML
    /// would take the whole ring away.
    /// </summary>
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        lock (_gate)
        {
            // Data Protection reads synchronously.
            var answer = redis.EvaluateAsync(Read, [_key], Texts, [.. _known.Values]).GetAwaiter().GetResult();
            if (answer[1] != "0")
            {
                Log.PutBack(logger, _key, answer[1]);
            }

            var (isForeign, ignored) = (answer[0] == "1", Take(answer[2..]));
            alarm.Update(_key, isForeign, ignored);
            List<XElement> elements = [.. _known.Keys.Select(XElement.Parse)];
            State = StateOf(elements, ignored.Count + (isForeign ? 1 : 0));
            return elements;
        }
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        var signed = signature.Sign(element);
        try
        {
            _ring.StoreElement(signed, friendlyName);
        }
        catch (Exception exception) when (RedisFailure.Of(exception) is { } failure)
        {
            throw new StoreUnavailableException(failure.Reason, exception);
        }

        lock (_gate)
        {
            _known.TryAdd(element.ToString(SaveOptions.DisableFormatting), signed.ToString(SaveOptions.DisableFormatting));
        }
    }

    private static string[] Texts(RedisResult answer) => [.. ((RedisValue[]?)answer ?? []).Select(text => (string?)text ?? "")];

    /// <summary>What is ignored, and why.</summary>
    private Dictionary<string, string> Take(string[] texts)
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
