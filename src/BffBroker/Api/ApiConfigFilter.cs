using Yarp.ReverseProxy.Configuration;

namespace BffBroker.Api;

/// <summary>Holds a change of the section to the same rules while the broker runs: YARP takes all of it or nothing.</summary>
internal sealed class ApiConfigFilter(ScopesThatMayBeAsked scopes) : IProxyConfigFilter
{
    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel)
    {
        Refuse(ApiRules.ProblemsOf(cluster));
        return new(cluster);
    }

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel)
    {
        Refuse(ApiRules.ProblemsOf(route, hasCluster: cluster is not null, scopes()));
        return new(route);
    }

    private static void Refuse(IEnumerable<string> problems)
    {
        if (problems.ToList() is { Count: > 0 } list)
        {
            throw new InvalidOperationException(string.Join(' ', list));
        }
    }
}
