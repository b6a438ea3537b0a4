using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>A path may carry a whole session handle or a user id; the log shows the endpoint's pattern.</summary>
public sealed class LoggedPathTests(RedisServer redis)
{
    [Theory]
    [InlineData("Information")]
    [InlineData("Verbose")]
    public async Task Neither_a_handle_nor_a_user_id_of_a_path_is_in_the_log_whatever_the_answer(string level)
    {
        await using var nodes = await BrokerNodes.StartAsync(
            redis.ConnectionString, 1, ("Serilog:MinimumLevel:Default", level), ("Serilog:MinimumLevel:Override:Microsoft.AspNetCore", level));
        var (session, other) = (await nodes.LogInAsync(TimeSpan.FromHours(1)), await nodes.LogInAsync(TimeSpan.FromHours(1)));
        var userId = await nodes[0].UserIdAsync(session);

        Assert.Equal(HttpStatusCode.NoContent, (await nodes[0].DeleteAsync($"/sessions/{other.Handle}", session)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await nodes[0].AdministerAsync(HttpMethod.Get, $"/admin/users/{userId}/sessions")).StatusCode);
        foreach (var path in new[] { $"/sessions/{other.Handle}", $"/elsewhere/sessions/{other.Handle}", $"/admin/users/{userId}/sessions" })
        {
            Assert.False((await nodes[0].GetAsync(path, session)).IsSuccessStatusCode);
        }

        nodes[0].RedisLink.Fault = LinkFault.Refuse;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await nodes[0].DeleteAsync($"/sessions/{other.Handle}", session)).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await nodes[0].AdministerAsync(HttpMethod.Get, $"/admin/users/{userId}/sessions")).StatusCode);

        await Wait.UntilAsync(() => nodes[0].Process.Output.Contains("/admin/users/{user_id}/sessions", StringComparison.Ordinal), "the log line of the last answer");
        Assert.Contains("""
            "RequestPath":"/sessions/{id}","StatusCode":503
            """, nodes[0].Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(other.Handle, nodes[0].Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(userId, nodes[0].Process.Output, StringComparison.Ordinal);
    }
}
