using System.Text.RegularExpressions;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Rules;

/// <summary>What the shipped gateways let browsers ask the broker for is what it has for them.</summary>
public sealed partial class GatewayPathTests
{
    [Fact]
    public async Task Every_gateway_lets_the_endpoints_for_browsers_through_and_no_others()
    {
        await using var world = await World.StartAsync();
        List<string> routes =
        [
            .. world.Broker.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                .Select(route => "/" + route.RoutePattern.RawText!.Trim('/').Replace("{id}", "*", StringComparison.Ordinal))
                .Where(path => !path.StartsWith("/auth/", StringComparison.Ordinal)).Append("/api/*").Distinct(),
        ];

        Documents.AssertHasJust("deploy/nginx/bffbroker.conf", routes, PathsIn("deploy/nginx/bffbroker.conf", Nginx, "|", path => "/" + path.Replace(".+", "*", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal)));
        Documents.AssertHasJust("deploy/caddy/Caddyfile", routes, PathsIn("deploy/caddy/Caddyfile", Caddy, " ", path => path));
        Documents.AssertHasJust("deploy/traefik/bffbroker.yml", routes, PathsIn("deploy/traefik/bffbroker.yml", Traefik, " || ", path => path.Replace("PathPrefix(`", "", StringComparison.Ordinal).Replace("Path(`", "", StringComparison.Ordinal).TrimEnd(')', '`') + (path.Contains("Prefix", StringComparison.Ordinal) ? "*" : "")));
        Documents.AssertHasJust("docs/gateways.md", routes, PathsIn("docs/gateways.md", Page, ", ", path => path.Trim('`').Replace("…", "*", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> PathsIn(string file, Regex list, string separator, Func<string, string> read) =>
        list.Match(Documents.Text(file)).Groups[1].Value.Split(separator).Select(read);

    [GeneratedRegex(@"location ~ \^/\((.+)\)\$ \{")]
    private static partial Regex Nginx { get; }

    [GeneratedRegex(@"@broker path (.+)")]
    private static partial Regex Caddy { get; }

    [GeneratedRegex(@"&& \((Path\(`/login`\).+)\)""")]
    private static partial Regex Traefik { get; }

    [GeneratedRegex(@"the broker's endpoints for browsers \((.+?)\)")]
    private static partial Regex Page { get; }
}
