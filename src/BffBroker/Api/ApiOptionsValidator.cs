using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Configuration;

namespace BffBroker.Api;

/// <summary>All problems of the section at once, before YARP would stop the start at the first one.</summary>
/// <param name="services">What YARP's own check is made of goes by other sections, and cannot be had while they are not valid.</param>
internal sealed class ApiOptionsValidator(IServiceProvider services) : IValidateOptions<ApiOptions>
{
    public ValidateOptionsResult Validate(string? name, ApiOptions options)
    {
        var problems = new List<string>();
        foreach (var provider in services.GetServices<IProxyConfigProvider>())
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
        var section = services.GetRequiredService<IConfiguration>().GetSection(ApiRules.Section);
        var configured = OfOtherSections(() => services.GetRequiredService<ScopesThatMayBeAsked>()());
        var yarp = OfOtherSections(services.GetRequiredService<IConfigValidator>);
        foreach (var route in config.Routes)
        {
            var hasCluster = config.Clusters.Any(cluster => string.Equals(cluster.ClusterId, route.ClusterId, StringComparison.OrdinalIgnoreCase));
            problems.AddRange(ApiRules.ProblemsOf(route, hasCluster, configured));
            problems.AddRange(ApiRules.ProblemsOfLists(section, route));
            problems.AddRange(Told($"Routes:{route.RouteId}", yarp?.ValidateRouteAsync(route).AsTask()));
        }

        problems.AddRange(ApiRules.ProblemsOf(config.Routes));
        foreach (var cluster in config.Clusters)
        {
            problems.AddRange(ApiRules.ProblemsOf(cluster));
            problems.AddRange(Told($"Clusters:{cluster.ClusterId}", yarp?.ValidateClusterAsync(cluster).AsTask()));
        }
    }

    private static IEnumerable<string> Told(string key, Task<IList<Exception>>? problems) =>
        (problems?.GetAwaiter().GetResult() ?? []).Select(problem => $"{ApiRules.Section}:{key}: {problem.Message}");

    private static T? OfOtherSections<T>(Func<T> get)
        where T : class
    {
        try
        {
            return get();
        }
        catch (OptionsValidationException)
        {
            return null; // they tell their problems themselves
        }
    }
}
