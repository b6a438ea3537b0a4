using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace BffBroker.Tests.Security;

/// <summary>A key ring in the hands of somebody else than the broker.</summary>
internal sealed class MemoryRepository(IEnumerable<XElement> elements) : IXmlRepository
{
    private readonly List<XElement> _elements = [.. elements];

    public IReadOnlyCollection<XElement> GetAllElements() => [.. _elements.Select(element => new XElement(element))];

    public void StoreElement(XElement element, string friendlyName) => _elements.Add(new(element));
}
