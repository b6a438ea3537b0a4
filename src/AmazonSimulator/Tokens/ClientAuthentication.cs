using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace AmazonSimulator;

/// <summary>Who calls the token endpoint.</summary>
internal abstract record ClientAuthentication
{
    private ClientAuthentication()
    {
    }

    public static ClientAuthentication Of(TokenRequest request, string authorization, Simulator simulator)
    {
        var rejected = new Rejected(ErrorResponse.InvalidClient(simulator.Settings.InvalidClientAs400));
        var (id, secret) = (request["client_id"], request["client_secret"]);
        if (authorization.Length > 0)
        {
            if (ReadBasic(authorization) is not { } basic)
            {
                return rejected;
            }

            // RFC 6749 2.3: one way of authentication for each request. The id alone may be repeated.
            if (secret is not null || (id is not null && id != basic.Id))
            {
                return new Rejected(ErrorResponse.Malformed);
            }

            (id, secret) = basic;
        }

        return id is null ? new Rejected(ErrorResponse.Missing("client_id"))
            : simulator.Clients.Find(id) is not { } client ? rejected
            : secret is null ? new Unproven(client)
            : client.HasSecret(secret) ? new Proven(client)
            : rejected;
    }

    private static (string Id, string Secret)? ReadBasic(string authorization)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out var header)
            || !"Basic".Equals(header.Scheme, StringComparison.OrdinalIgnoreCase) || header.Parameter is null)
        {
            return null;
        }

        var decoded = new byte[header.Parameter.Length];
        return Convert.TryFromBase64String(header.Parameter, decoded, out var length)
            && Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2) is [var id, var secret]
                // RFC 6749 2.3.1: both halves are form-encoded first.
                ? (WebUtility.UrlDecode(id), WebUtility.UrlDecode(secret))
                : null;
    }

    /// <summary>Id and secret are right.</summary>
    public sealed record Proven(SimulatedClient Client) : ClientAuthentication;

    /// <summary>Only the id was sent, which is enough where a PKCE verifier vouches for the caller.</summary>
    public sealed record Unproven(SimulatedClient Client) : ClientAuthentication;

    public sealed record Rejected(ErrorResponse Error) : ClientAuthentication;
}
