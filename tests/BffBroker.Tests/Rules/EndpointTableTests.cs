using BffBroker.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Rules;

/// <summary>The page of endpoints has what the broker answers.</summary>
public sealed class EndpointTableTests
{
    [Fact]
    public async Task The_table_of_endpoints_has_every_route_of_the_public_listener_and_no_other()
    {
        await using var world = await World.StartAsync();
        var routes = world.Broker.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route => route.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Where(method => method != "HEAD").Select(method => $"{method} /{route.RoutePattern.RawText!.Trim('/')}"));

        var rows = Documents.Table("docs/endpoints.md", "## Public listener").SelectMany(row => Documents.Literals(row[0])).Select(endpoint => endpoint.Split('?')[0]);

        Documents.AssertHasJust("docs/endpoints.md, Public listener,", routes.Append("/api/…"), rows);
    }
}
