using System.Buffers.Text;
using BffBroker.OAuth;

namespace BffBroker.Sessions;

/// <summary>The hash of a session key: names the record in the store, and is public, since it cannot be turned back into a cookie.</summary>
internal readonly record struct SessionHandle(string Value)
{
    /// <summary>What a log may show of a session.</summary>
    public string Ref => Value[..8];

    public static SessionHandle Of(CookieSecret sessionKey) => new(Base64Url.EncodeToString(sessionKey.Hash()));

    public override string ToString() => Ref;
}
