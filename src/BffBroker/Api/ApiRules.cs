using BffBroker.OAuth;
using Yarp.ReverseProxy.Configuration;

namespace BffBroker.Api;

/// <summary>What the broker asks of the section <c>ReverseProxy</c> beyond YARP's own rules. Each problem names key, rule and remedy, and quotes no value.</summary>
internal static class ApiRules
{
    public const string Section = "ReverseProxy";

    private const string PathPrefix = "/api/";

    // Without an item, each of them matches all requests.
    private static readonly (string Name, Func<RouteMatch, int?> CountOf)[] Lists =
    [
        (nameof(RouteMatch.Methods), match => match.Methods?.Count),
        (nameof(RouteMatch.Hosts), match => match.Hosts?.Count),
        (nameof(RouteMatch.Headers), match => match.Headers?.Count),
        (nameof(RouteMatch.QueryParameters), match => match.QueryParameters?.Count),
    ];

    /// <param name="hasCluster">Whether there is a cluster of the name that the route gives.</param>
    /// <param name="configured">Null where the scopes are not known, since their own section is not valid.</param>
    public static IEnumerable<string> ProblemsOf(RouteConfig route, bool hasCluster, Scopes? configured)
    {
        var key = $"{Section}:Routes:{route.RouteId}";
        if (route.Match?.Path is not { } path || !path.StartsWith(PathPrefix, StringComparison.Ordinal))
        {
            yield return $"{key}:Match:Path: Must begin with '/api/', for example '/api/orders/{{**rest}}': the other paths are the broker's own.";
        }
        else if (HasLoneAsterisk(path))
        {
            yield return $"{key}:Match:Path: Must write what follows as '{{**rest}}': an asterisk outside of braces is no wildcard, and matches itself alone.";
        }

        if (!hasCluster)
        {
            yield return $"{key}:ClusterId: Must name one of {Section}:Clusters.";
        }

        foreach (var (name, value) in NotServed(route))
        {
            if (value)
            {
                yield return $"{key}:{name}: Is not served here. Remove it; who may call an API is the API's own decision, by the token.";
            }
        }

        if (!string.IsNullOrEmpty(route.CorsPolicy))
        {
            yield return $"{key}:CorsPolicy: Is not served here. Remove it, and name the origins in Broker:AllowedOrigins.";
        }

        foreach (var problem in ApiRoute.ProblemsOf(route, configured))
        {
            yield return $"{key}:Metadata:{problem}";
        }
    }

    /// <summary>YARP makes the same of a list that is left out, of one without items, and of a text in its place: the route matches all requests.</summary>
    public static IEnumerable<string> ProblemsOfLists(IConfigurationSection section, RouteConfig route) =>
        from list in section.GetSection($"Routes:{route.RouteId}:{nameof(route.Match)}").GetChildren()
        where Array.Exists(Lists, known => known.Name.Equals(list.Key, StringComparison.OrdinalIgnoreCase)) && !list.GetChildren().Any()
        select $"{list.Path}: Must be a list with one item at least. Leave it out if the route is for all requests.";

    /// <summary>A list that loses its last item while the broker runs is a mistake: the route would take requests that it has refused.</summary>
    public static IEnumerable<string> ProblemsOfChange(RouteConfig inForce, RouteConfig route)
    {
        const string remedy = "Leave one at least. To do without, restart the broker, or give the route another name.";
        var key = $"{Section}:Routes:{route.RouteId}";
        foreach (var (name, countOf) in Lists)
        {
            if (countOf(inForce.Match) > 0 && countOf(route.Match) is not > 0)
            {
                yield return $"{key}:{nameof(route.Match)}:{name}: The change would take the last item away, and the route would match all requests. {remedy}";
            }
        }

        if (!ApiRoute.Of(inForce).Scope.IsEmpty && ApiRoute.Of(route) is { IsForUser: true, Scope.IsEmpty: true })
        {
            yield return $"{key}:{nameof(route.Metadata)}:{ApiRoute.ScopeKey}: The change would take the last scope away, and the route would be for every user. {remedy}";
        }
    }

    /// <summary>Of two routes that match the same requests none would be served.</summary>
    public static IEnumerable<string> ProblemsOf(IReadOnlyList<RouteConfig> routes) =>
        from second in Enumerable.Range(0, routes.Count)
        from first in Enumerable.Range(0, second)
        where AreAlike(routes[first], routes[second])
        select $"{Section}:Routes:{routes[second].RouteId}:Match: Matches the same requests as route {routes[first].RouteId}. Give one of them another path, other methods, or an Order.";

    public static IEnumerable<string> ProblemsOf(ClusterConfig cluster)
    {
        var key = $"{Section}:Clusters:{cluster.ClusterId}:Destinations";
        if (cluster.Destinations is not { Count: > 0 } destinations)
        {
            yield return $"{key}: Must have one destination at least, for example {key}:first:Address.";
            yield break;
        }

        foreach (var (name, destination) in destinations)
        {
            if (!IsBase(destination.Address))
            {
                yield return $"{key}:{name}:Address: Must be an absolute https or http URL without user, query or fragment.";
            }

            if (!string.IsNullOrEmpty(destination.Health) && !IsBase(destination.Health))
            {
                yield return $"{key}:{name}:Health: Must be an absolute https or http URL without user, query or fragment.";
            }
        }
    }

    // Hosts, headers and query parameters may tell them apart.
    private static bool AreAlike(RouteConfig one, RouteConfig other) =>
        string.Equals(one.Match?.Path, other.Match?.Path, StringComparison.OrdinalIgnoreCase) && one.Order == other.Order
        && IsByPathAlone(one) && IsByPathAlone(other)
        && (one.Match?.Methods is not { Count: > 0 } methods
            || other.Match?.Methods is not { Count: > 0 } others
            || methods.Intersect(others, StringComparer.OrdinalIgnoreCase).Any());

    private static bool IsByPathAlone(RouteConfig route) => route.Match is not { Hosts.Count: > 0 } and not { Headers.Count: > 0 } and not { QueryParameters.Count: > 0 };

    // The framework's middleware for these is not in the pipeline: each request of such a route would fail.
    private static IEnumerable<(string Name, bool IsSet)> NotServed(RouteConfig route) =>
    [
        (nameof(route.AuthorizationPolicy), !string.IsNullOrEmpty(route.AuthorizationPolicy)),
        (nameof(route.RateLimiterPolicy), !string.IsNullOrEmpty(route.RateLimiterPolicy)),
        (nameof(route.TimeoutPolicy), !string.IsNullOrEmpty(route.TimeoutPolicy)),
        (nameof(route.Timeout), route.Timeout is not null),
    ];

    private static bool HasLoneAsterisk(string path)
    {
        var depth = 0;
        foreach (var character in path)
        {
            depth += character switch { '{' => 1, '}' => -1, _ => 0 };
            if (character == '*' && depth == 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsBase(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
        && url.Host.Length > 0 && url.UserInfo.Length == 0 && !address.Contains('?', StringComparison.Ordinal) && !address.Contains('#', StringComparison.Ordinal);
}
