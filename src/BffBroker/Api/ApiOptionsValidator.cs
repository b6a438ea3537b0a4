using BffBroker.OAuth;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Configuration;

namespace BffBroker.Api;

/// <summary>All problems of the section at once, before YARP would stop the start at the first one.</summary>
internal sealed class ApiOptionsValidator(IEnumerable<IProxyConfigProvider> providers, IConfigValidator yarp, ScopesThatMayBeAsked scopes) : IValidateOptions<ApiOptions>
{
    public ValidateOptionsResult Validate(string? name, ApiOptions options)
    {
        var problems = new List<string>();
        foreach (var provider in providers)
        {
            try
            {
                Check(provider.GetConfig(), problems);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // YARP converts numbers, times and enumerations itself, and throws whatever the conversion throws.
                problems.Add($"{ApiRules.Section}: Cannot be read: {exception.Message}");
            }
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private void Check(IProxyConfig config, List<string> problems)
    {
        var configured = ConfiguredScopes();
        foreach (var route in config.Routes)
        {
            var hasCluster = config.Clusters.Any(cluster => string.Equals(cluster.ClusterId, route.ClusterId, StringComparison.OrdinalIgnoreCase));
            problems.AddRange(ApiRules.ProblemsOf(route, hasCluster, configured));
            problems.AddRange(Told($"Routes:{route.RouteId}", yarp.ValidateRouteAsync(route)));
        }

        foreach (var cluster in config.Clusters)
        {
            problems.AddRange(ApiRules.ProblemsOf(cluster));
            problems.AddRange(Told($"Clusters:{cluster.ClusterId}", yarp.ValidateClusterAsync(cluster)));
        }
    }

    private static IEnumerable<string> Told(string key, ValueTask<IList<Exception>> problems) =>
        problems.AsTask().GetAwaiter().GetResult().Select(problem => $"{ApiRules.Section}:{key}: {problem.Message}");

    private Scopes? ConfiguredScopes()
    {
        try
        {
            return scopes();
        }
        catch (OptionsValidationException)
        {
            return null; // their section tells its problems itself
        }
    }
}
