using System.Net.Http.Headers;

namespace BffBroker.Api;

/// <summary>RFC 6750 3: <c>WWW-Authenticate: Bearer error="invalid_token"</c>. The header alone is reliable; what stands in a body is each API's own.</summary>
internal static class BearerChallenge
{
    private const string Scheme = "Bearer";
    private const string InvalidToken = "invalid_token";

    public static bool SaysInvalidToken(HttpResponseHeaders headers)
    {
        foreach (var challenge in headers.WwwAuthenticate)
        {
            if (string.Equals(challenge.Scheme, Scheme, StringComparison.OrdinalIgnoreCase) && HeaderList.Parse([challenge.Parameter])?.Exists(IsInvalidToken) == true)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsInvalidToken(string parameter) =>
        HeaderList.NameOf(parameter).Equals("error", StringComparison.OrdinalIgnoreCase)
        && parameter[(parameter.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim().Trim('"') == InvalidToken;
}
