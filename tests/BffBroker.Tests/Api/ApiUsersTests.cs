using System.Net;
using BffBroker.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;

namespace BffBroker.Tests.Api;

public sealed class ApiUsersTests
{
    [Fact]
    public async Task However_users_interleave_nobody_gets_another_s_token()
    {
        await using var world = await ApiWorld.StartAsync();
        world.Upstream.Answer = http => http.Response.WriteAsync($"{http.Request.Path} {http.Request.Headers.Authorization}");
        var browsers = new List<Browser>();
        foreach (var customer in new[] { "ada", "kim", "sam" })
        {
            world.World.Amazon.Simulator.Settings.AutoApprove = customer;
            browsers.Add(world.World.NewBrowser());
            await browsers[^1].VisitAsync(World.At("/login"));
        }

        var owners = new Dictionary<string, int>();
        var step = Gen.Frequency((8, Gen.Constant(TimeSpan.Zero)), (1, Gen.Constant(TimeSpan.FromMinutes(15)))).SelectMany(later => Gen.Choose(0, 2).Select(user => (later, user)));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(30), Prop.ForAll(step.ArrayOf(8).ToArbitrary(), steps => Task.Run(async () =>
        {
            // Before all requests: a refresh during which so much time passes is too late, and its request gets 503.
            world.World.Clock.Advance(TimeSpan.FromTicks(steps.Sum(step => step.later.Ticks)));
            var answers = await Task.WhenAll(steps.Select(async (step, i) =>
            {
                var answer = await browsers[step.user].FetchAsync(HttpMethod.Get, World.At($"/api/orders/{step.user}/{i}"));
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                return (step.user, i, Text: await answer.TextAsync());
            }));
            foreach (var (user, i, text) in answers)
            {
                Assert.StartsWith($"/api/orders/{user}/{i} Bearer ", text, StringComparison.Ordinal);
                Assert.True(owners.TryAdd(text.Split(' ')[2], user) || owners[text.Split(' ')[2]] == user, "A token of another user.");
            }
        }).GetAwaiter().GetResult()));

        Assert.True(owners.Count >= 3, $"{owners.Count} tokens.");
        browsers.ForEach(browser => browser.Dispose());
    }
}
