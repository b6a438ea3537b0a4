using System.Net;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.Http;
using Serilog.Events;

namespace BffBroker.Tests.Api;

/// <summary>A call through the broker leaves no trace of what is secret in it, at the most talkative level.</summary>
public sealed class ApiCanaryTests
{
    [Fact]
    public async Task No_token_cookie_query_path_or_body_is_in_any_log_or_trace()
    {
        var log = new RecordingSink();
        using var telemetry = new TelemetryRecorder();
        var canaries = new Canaries();
        var (path, query, body, answer) = (canaries.New("path"), canaries.New("query"), canaries.New("body"), canaries.New("answer"));
        await using (var world = await ApiWorld.LoggedInAsync(log.Settings(LogEventLevel.Verbose)))
        {
            canaries.Add("session cookie", world.Cookie["__Host-bff=".Length..]);
            canaries.Add("access token", (await world.TokenAsync())["Bearer ".Length..]);
            world.Upstream.Answer = http =>
            {
                (http.Response.StatusCode, http.Response.Headers.WWWAuthenticate, http.Response.Headers["X-Said"]) = (401, "Bearer error=\"invalid_token\"", answer);
                return http.Response.WriteAsync(answer);
            };
            foreach (var url in new[] { $"/api/orders/{path}?q={query}", $"/api/open/{path}?q={query}", $"/api/orders/..;/{path}?q={query}", $"/api/ads/{path}?q={query}" })
            {
                using var content = new StringContent(body);
                await world.World.Browser.SendAsync(HttpMethod.Post, World.At(url), content, [("X-CSRF", "1"), ("X-Auth-Request-User", query)]);
            }

            canaries.Add("renewed token", (await world.TokenAsync())["Bearer ".Length..]);
            using (var socket = await world.OpenWebSocketAsync(("X-CSRF", "1")))
            {
            }

            await world.Upstream.DisposeAsync();
            Assert.Equal(HttpStatusCode.BadGateway, (await world.GetAsync($"/api/orders/{path}?q={query}")).StatusCode);
        }

        canaries.AssertAbsent("The log", log.Lines);
        canaries.AssertAbsent("A span or metric", telemetry.Lines);
        Assert.Contains(log.Lines, line => line.Contains("got no whole answer of its upstream: Request", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("Yarp.ReverseProxy.Configuration", StringComparison.Ordinal));
    }
}
