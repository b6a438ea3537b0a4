using BffBroker.OAuth;
using Yarp.ReverseProxy.Configuration;

namespace BffBroker.Api;

/// <summary>What a route's metadata ask of the broker.</summary>
/// <param name="IsForUser">Only with a live session, whose access token goes upstream. Otherwise neither is asked for.</param>
/// <param name="Scope">What the user must have granted.</param>
internal sealed record ApiRoute(bool IsForUser, Scopes Scope)
{
    public const string MetadataPrefix = "BffBroker";
    public const string TokenKey = "BffBroker.Token";
    public const string ScopeKey = "BffBroker.Scope";
    public const string User = "user";
    public const string None = "none";

    public static ApiRoute Of(RouteConfig route) => new(
        !string.Equals(Metadata(route, TokenKey), None, StringComparison.OrdinalIgnoreCase),
        Scopes.Parse(Metadata(route, ScopeKey)));

    public static string? Metadata(RouteConfig route, string key) => route.Metadata?.GetValueOrDefault(key);
}
