namespace BffBroker.Tests.Gateways;

/// <summary>The servers from Debian that run what <c>deploy/</c> ships.</summary>
public enum GatewayProgram
{
    Nginx,
    Caddy,
}
