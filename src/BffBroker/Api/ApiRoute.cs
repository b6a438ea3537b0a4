using BffBroker.OAuth;
using Yarp.ReverseProxy.Configuration;

namespace BffBroker.Api;

/// <summary>What a route's metadata ask of the broker.</summary>
/// <param name="IsForUser">Only with a live session, whose access token goes upstream. Otherwise neither is asked for.</param>
/// <param name="Scope">What the user must have granted.</param>
internal sealed record ApiRoute(bool IsForUser, Scopes Scope)
{
    public const string TokenKey = "BffBroker.Token";
    public const string ScopeKey = "BffBroker.Scope";

    private const string MetadataPrefix = "BffBroker";
    private const string User = "user";
    private const string None = "none";

    public static ApiRoute Of(RouteConfig route) => new(
        !string.Equals(Metadata(route, TokenKey), None, StringComparison.OrdinalIgnoreCase),
        Scopes.Parse(Metadata(route, ScopeKey)));

    /// <summary>What is wrong with them. Each problem begins with the key.</summary>
    /// <param name="configured">Null where the scopes are not known, since their own section is not valid.</param>
    public static IEnumerable<string> ProblemsOf(RouteConfig route, Scopes? configured)
    {
        foreach (var (name, value) in route.Metadata ?? new Dictionary<string, string>())
        {
            if (!name.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (!name.Equals(TokenKey, StringComparison.OrdinalIgnoreCase) && !name.Equals(ScopeKey, StringComparison.OrdinalIgnoreCase))
            {
                yield return $"{name}: Is not known. There are {TokenKey} and {ScopeKey}.";
            }
            else if (value is null)
            {
                // YARP has a list or an object as null, which would count as left out.
                yield return $"{name}: Must be a text.";
            }
        }

        var token = Metadata(route, TokenKey);
        var isNone = string.Equals(token, None, StringComparison.OrdinalIgnoreCase);
        if (token is not null && !isNone && !string.Equals(token, User, StringComparison.OrdinalIgnoreCase))
        {
            yield return $"{TokenKey}: Must be '{User}' or '{None}'.";
        }

        if (Metadata(route, ScopeKey) is not { } scope)
        {
            yield break;
        }

        if (isNone)
        {
            yield return $"{ScopeKey}: Has no meaning without a user. Remove it, or set {TokenKey} to '{User}'.";
        }

        if (Scopes.Parse(scope) is { IsEmpty: true } || configured?.Covers(Scopes.Parse(scope)) == false)
        {
            yield return $"{ScopeKey}: Must name configured scopes, separated by spaces. Add what is missing to Amazon:Scopes.";
        }
    }

    private static string? Metadata(RouteConfig route, string key) => route.Metadata?.GetValueOrDefault(key);
}
