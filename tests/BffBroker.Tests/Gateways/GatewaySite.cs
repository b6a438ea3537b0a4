namespace BffBroker.Tests.Gateways;

/// <summary>What a gateway stands in front of.</summary>
/// <param name="Broker">Host and port.</param>
/// <param name="Service">Host and port.</param>
/// <param name="Files">The folder with <c>spa</c> and <c>members</c>.</param>
/// <param name="Key">Null where no token is passed on.</param>
internal sealed record GatewaySite(string Broker, string Service, string Files, string? Key = null);
