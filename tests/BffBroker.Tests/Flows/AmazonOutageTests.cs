using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Flows;

public sealed class AmazonOutageTests
{
    [Fact]
    public async Task An_Amazon_that_keeps_failing_is_left_alone_for_a_while_endpoint_by_endpoint()
    {
        await using var world = await World.StartAsync();
        await world.LogInAsync();
        world.Amazon.Simulator.Faults.Set(Operation.Profile, Fault.Status(503, retryAfter: TimeSpan.FromSeconds(60)));
        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => world.GetAsync("/me")));
        var calls = world.Amazon.Simulator.Calls.Count(Operation.Profile);

        var me = await world.GetAsync("/me");

        await me.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        Assert.InRange(me.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        Assert.Equal(calls, world.Amazon.Simulator.Calls.Count(Operation.Profile));

        using var other = world.NewBrowser();
        var login = await other.VisitAsync(World.At("/login"));
        Assert.Contains("login_error=temporarily_unavailable", login.Url.Query, StringComparison.Ordinal);
        Assert.Equal(2, world.Amazon.CodeExchanges);

        world.Amazon.Simulator.Faults.Clear();
        world.Clock.Advance(TimeSpan.FromSeconds(5));
        await world.AssertLoggedInAsync();
    }
}
