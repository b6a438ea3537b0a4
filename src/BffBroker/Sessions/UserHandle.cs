using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace BffBroker.Sessions;

/// <summary>The hash of a user id: names the index of a user's sessions in the store, and does not tell who the user is.</summary>
internal readonly record struct UserHandle(string Value)
{
    // A client id has no NUL: no two pairs give the same bytes.
    public static UserHandle Of(string clientId, string userId) =>
        new(Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{clientId}\0{userId}"))));
}

/// <summary>The handle of a user of the LWA client that the broker is.</summary>
internal delegate UserHandle UserHandleOf(string userId);
