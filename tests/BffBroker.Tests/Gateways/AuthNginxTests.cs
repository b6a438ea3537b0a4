using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

public sealed class AuthNginxTests
{
    [Fact]
    public async Task No_answer_has_a_body_a_redirect_or_a_cookie()
    {
        using var redis = await OwnRedis.StartAsync();
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", redis.ConnectionString));
        var anonymous = await world.AskNginxAsync("", GatewayWorld.Navigation);
        await world.LogInAsync();
        HttpResponseMessage[] answers = [anonymous, await world.AskNginxAsync("", GatewayWorld.Navigation), await world.AskNginxAsync("?scope=other")];
        redis.Kill();
        answers = [.. answers, await world.AskNginxAsync("", GatewayWorld.Navigation)];

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.Forbidden, HttpStatusCode.ServiceUnavailable], answers.Select(answer => answer.StatusCode));
        Assert.NotNull(answers[3].Headers.RetryAfter);
        Assert.All(answers, answer =>
        {
            Assert.Equal(0, answer.Content.Headers.ContentLength);
            Assert.Null(answer.Headers.Location);
            Assert.Empty(answer.SetCookies());
            Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        });
    }

    [Fact]
    public async Task The_same_session_is_there_again_when_Redis_is()
    {
        using var redis = await OwnRedis.StartAsync();
        await using var world = await World.StartAsync(("ConnectionStrings:Redis", redis.ConnectionString));
        await world.LogInAsync();

        redis.Suspend();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await world.AskNginxAsync()).StatusCode);
        redis.Resume();

        await Wait.UntilAsync(async () => (await world.AskNginxAsync()).StatusCode == HttpStatusCode.OK, "the session to be served");
    }

    [Fact]
    public async Task A_record_that_does_not_open_is_an_outage()
    {
        using var redis = await OwnRedis.StartAsync();
        await using var world = await World.StartAsync(GatewayWorld.Trust, ("ConnectionStrings:Redis", redis.ConnectionString));
        await world.LogInAsync();
        await redis.CommandAsync("HSET", $"bff:{{{(await (await world.GetAsync("/session")).JsonAsync()).GetProperty("id").GetString()}}}", "sealed", "spoilt");

        Assert.Equal([HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable], await world.AskBothAsync());
        var problem = await (await world.AskForwardAsync("/")).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        Assert.Equal("http://localhost:8080/login", problem.GetProperty("loginUrl").GetString());
    }
}
