using System.Xml.Linq;
using BffBroker.Sessions;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.StackExchangeRedis;
using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>The Data Protection key ring in Redis, under <c>bff:keys</c>; what Redis cannot do is a <see cref="StoreUnavailableException"/>.</summary>
internal sealed class RedisKeyRing(RedisConnection redis) : IXmlRepository
{
    private readonly RedisXmlRepository _ring = new(redis.GetDatabase, redis.Options.Key("keys"));

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        try
        {
            return _ring.GetAllElements();
        }
        catch (Exception exception) when (RedisFailure.Of(exception) is not null)
        {
            throw new StoreUnavailableException(RedisConnection.ReasonOf(exception), exception);
        }
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        try
        {
            _ring.StoreElement(element, friendlyName);
        }
        catch (Exception exception) when (RedisFailure.Of(exception) is not null)
        {
            throw new StoreUnavailableException(RedisConnection.ReasonOf(exception), exception);
        }
    }
}
