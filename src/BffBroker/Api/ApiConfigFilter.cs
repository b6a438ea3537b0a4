using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Configuration;

namespace BffBroker.Api;

/// <summary>Holds a change of the section to the same rules while the broker runs: YARP takes all of it or nothing.</summary>
/// <param name="services">The routes in force belong to what asks this filter, and cannot be had before it is there.</param>
internal sealed class ApiConfigFilter(ScopesThatMayBeAsked scopes, IConfiguration configuration, IServiceProvider services) : IProxyConfigFilter
{
    private readonly IConfigurationSection _section = configuration.GetSection(ApiRules.Section);

    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel)
    {
        Refuse(ApiRules.ProblemsOf(cluster));
        return new(cluster);
    }

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel)
    {
        Refuse(ApiRules.ProblemsOf(route, hasCluster: cluster is not null, scopes()).Concat(ApiRules.ProblemsOfLists(_section, route)));
        if (services.GetRequiredService<IProxyStateLookup>().TryGetRoute(route.RouteId, out var inForce))
        {
            Refuse(ApiRules.ProblemsOfChange(inForce.Config, route));
        }

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
