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
}
