using BffBroker.Sessions;
using Microsoft.AspNetCore.DataProtection;

namespace BffBroker.Tests.Support;

/// <summary>A key ring of the test's own, in memory.</summary>
internal static class KeyRings
{
    public static KeyRing New() => new(new EphemeralDataProtectionProvider(), new InMemoryDataProtectionKeys(), TimeProvider.System);
}
