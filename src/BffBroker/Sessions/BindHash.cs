using System.Buffers.Text;
using System.Security.Cryptography;
using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>The hash of a session's bind secret: tells whether a companion cookie is the session's own, and cannot be turned back into one.</summary>
internal sealed record BindHash(string Value)
{
    public static BindHash Of(CookieSecret bind) => new(Base64Url.EncodeToString(bind.Hash()));

    /// <summary>In a time that says nothing of where the two differ.</summary>
    public bool IsOf(CookieSecret bind) => CryptographicOperations.FixedTimeEquals(StrictBase64Url.Decode(Value), bind.Hash());

    public override string ToString() => "[bind hash]";
}
