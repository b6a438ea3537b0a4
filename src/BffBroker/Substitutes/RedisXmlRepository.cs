using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using StackExchange.Redis;

namespace Microsoft.AspNetCore.DataProtection.StackExchangeRedis;

/// <summary>A Data Protection key ring in a Redis list, as the package of this namespace keeps it.</summary>
internal sealed class RedisXmlRepository(Func<IDatabase> databaseFactory, RedisKey key) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. databaseFactory().ListRange(key).Select(element => XElement.Parse((string)element!))];

    public void StoreElement(XElement element, string friendlyName) =>
        databaseFactory().ListRightPush(key, element.ToString(SaveOptions.DisableFormatting));
}
