using System.Text.Json;
using BffBroker.OAuth;

namespace BffBroker.Amazon;

/// <summary>The URLs of Login with Amazon. LWA documents the North American ones; the others are the regions' own.</summary>
internal sealed class AmazonEndpoints
{
    public AmazonEndpoints(AmazonOptions options)
    {
        var (authorization, api) = options.Region switch
        {
            AmazonRegion.Europe => ("https://eu.account.amazon.com/ap/oa", "https://api.amazon.co.uk"),
            AmazonRegion.FarEast => ("https://apac.account.amazon.com/ap/oa", "https://api.amazon.co.jp"),
            _ => ("https://www.amazon.com/ap/oa", "https://api.amazon.com"),
        };

        Authorization = string.IsNullOrEmpty(options.AuthorizationEndpoint) ? authorization : options.AuthorizationEndpoint;
        api = (string.IsNullOrEmpty(options.ApiBaseUrl) ? api : options.ApiBaseUrl).TrimEnd('/');
        Token = new(api + "/auth/o2/token");
        TokenInfo = new(api + "/auth/o2/tokeninfo");
        Profile = new(api + "/user/profile");
    }

    /// <summary>As it is configured, to the letter.</summary>
    public string Authorization { get; }

    public Uri Token { get; }

    public Uri TokenInfo { get; }

    public Uri Profile { get; }

    /// <summary>The authorization request (RFC 6749 4.1.1, RFC 7636 4.3), with LWA's <c>scope_data</c> where a scope says whether it is essential.</summary>
    public string AuthorizationRequest(
        string clientId, Scopes scopes, IReadOnlyDictionary<string, bool> essential, string redirectUri, string state, CodeVerifier codeVerifier)
    {
        var parameters = new List<(string Name, string Value)>
        {
            ("client_id", clientId),
            ("scope", scopes.ToString()),
            ("response_type", "code"),
            ("redirect_uri", redirectUri),
            ("state", state),
            ("code_challenge", codeVerifier.Challenge()),
            ("code_challenge_method", "S256"),
        };

        if (essential.Count > 0)
        {
            var scopeData = essential.ToDictionary(scope => scope.Key, scope => new ScopeData(scope.Value));
            parameters.Insert(2, ("scope_data", JsonSerializer.Serialize(scopeData, AmazonJson.Default.DictionaryStringScopeData)));
        }

        return Authorization + "?" + string.Join('&', parameters.Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value)}"));
    }
}
