using BffBroker.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace BffBroker.Tests.Api;

/// <summary>The path that decides is the path that upstream gets.</summary>
public sealed class ApiPathTests
{
    [Theory]
    [InlineData("/api/orders/a/b?x=../%26%2F&y=//#z", "/api/orders/a/b?x=../%26%2F&y=//%23z")]
    [InlineData("/api/orders/a%2Fb", "/api/orders/a%2Fb")]
    [InlineData("/api/orders/a;v=1/b", "/api/orders/a;v=1/b")]
    [InlineData("/api/orders/100%25", "/api/orders/100%25")]
    [InlineData("/api/orders/%C3%BC%20x", "/api/orders/%C3%BC%20x")]
    [InlineData("/api/orders/a%23b%3Fc", "/api/orders/a%23b%3Fc")]
    [InlineData("/api/orders/x/../y", "/api/orders/y")]
    [InlineData("/api/open/%2e%2e/orders/y", "/api/orders/y")]
    [InlineData("/api/orders/", "/api/orders/")]
    [InlineData("/API/Orders/Y", "/API/Orders/Y")]
    public async Task A_path_goes_on_as_it_was_decided_on(string requested, string seen)
    {
        await using var world = await ApiWorld.LoggedInAsync();

        var answer = await RawRequest.GetAsync(world.Broker, requested, $"Cookie: {world.Cookie}");

        Assert.Equal(200, answer.Status);
        Assert.Equal(seen, world.Upstream.Last.Target);
        Assert.Equal(await world.TokenAsync(), world.Upstream.Last.Token);
    }

    [Theory]
    [InlineData("/api/orders/%252e%252e/admin")]
    [InlineData("/api/orders/%252F..%252Fadmin")]
    [InlineData("/api/orders/..%2Fadmin")]
    [InlineData("/api/orders/x%2f..%2f..%2fadmin")]
    [InlineData("/api/orders/..%5Cadmin")]
    [InlineData("/api/orders/..\\admin")]
    [InlineData("/api/orders/..;/admin")]
    [InlineData("/api/orders/%2e%2e;x=1/admin")]
    [InlineData("/api/orders//admin")]
    [InlineData("/api/orders/%2541")]
    [InlineData("/api/orders/%%32e%%32e/admin")]
    [InlineData("/api/orders/x%252Fy")]
    [InlineData("/api/orders/%2E%2e%09")]
    [InlineData("/api/orders/..%20/x")]
    [InlineData("/api/orders/x%0d%0ay")]
    public async Task A_path_that_another_server_may_read_otherwise_is_refused(string requested)
    {
        await using var world = await ApiWorld.LoggedInAsync();

        var answer = await RawRequest.GetAsync(world.Broker, requested, $"Cookie: {world.Cookie}");

        Assert.Equal(400, answer.Status);
        Assert.Contains("\"code\":\"invalid_request\"", answer.Text, StringComparison.Ordinal);
        Assert.Empty(world.Upstream.Requests);
    }

    [Fact]
    public async Task Whatever_is_asked_for_what_reaches_upstream_lies_under_the_route_that_decided()
    {
        await using var world = await ApiWorld.LoggedInAsync(
            ("ReverseProxy:Routes:orders:Transforms:0:RequestHeader", "X-Route"), ("ReverseProxy:Routes:orders:Transforms:0:Set", "/api/orders"),
            ("ReverseProxy:Routes:open:Transforms:0:RequestHeader", "X-Route"), ("ReverseProxy:Routes:open:Transforms:0:Set", "/api/open"));
        var part = Gen.Elements(
            "/", "//", "..", ".", "%2e", "%2E%2e", "%252e", "%2F", "%252f", "%5c", "\\", ";", "#", "%23", "?", "%3F", "%25", "%", "orders", "open", "api", "admin", "x", "%c0%af", "%ef%bc%8f", "%%32e", "%2%35", ":", "@", "%09", "%20", "%0a");
        var path = part.ArrayOf().Select(string.Concat).SelectMany(rest => Gen.Elements("/api/orders/", "/api/open/", "/api/", "/").Select(beginning => beginning + rest));
        var forwarded = 0;

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(600).WithEndSize(8), Prop.ForAll(path.ToArbitrary(), asked => Task.Run(async () =>
        {
            var before = world.Upstream.Requests.Count;
            await RawRequest.GetAsync(world.Broker, asked, $"Cookie: {world.Cookie}");
            foreach (var seen in world.Upstream.Requests.Skip(before))
            {
                forwarded++;
                Assert.StartsWith(seen.Header("X-Route")!, new Uri(world.Upstream.Url, Uri.UnescapeDataString(seen.Target.Split('?')[0]).Replace('\\', '/')).AbsolutePath, StringComparison.OrdinalIgnoreCase);
            }
        }).GetAwaiter().GetResult()));

        Assert.True(forwarded > 50, $"{forwarded} reached upstream.");
    }
}
