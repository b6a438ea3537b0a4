using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>A path may carry a whole session handle or a user id; the log shows the endpoint's pattern.</summary>
public sealed class LoggedPathTests(RedisServer redis)
{
    /// <summary>The console's format for text is that of Development; files have it, too.</summary>
    [Fact]
    public async Task No_path_forges_a_line_of_a_log_for_text_or_speaks_to_the_terminal()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "log");
        await using var nodes = await BrokerNodes.StartAsync(
            redis.ConnectionString, 1, ("Serilog:WriteTo:0:Name", "Console"), ("Serilog:WriteTo:0:Args:formatter", "Serilog.Formatting.Json.JsonFormatter, Serilog"),
            ("Serilog:WriteTo:1:Name", "File"), ("Serilog:WriteTo:1:Args:path", file));

        foreach (var character in new[] { "%0a", "%0d%0a", "%1b", "%c2%9b", "%c2%85", "%e2%80%a8", "%e2%80%ae", "%7f", "%09" })
        {
            await RawRequest.GetAsync(nodes[0].Process.Url, $"/x{character}[00:00:00 INF] Session deadbeef began".Replace(" ", "%20", StringComparison.Ordinal));
        }

        var log = "";
        await Wait.UntilAsync(async () => (log = await ReadAsync(file)).Contains("\\u0009[00:00:00", StringComparison.Ordinal), "the last line");
        Assert.Contains("\\u000A[00:00:00 INF] Session deadbeef", log, StringComparison.Ordinal);
        Assert.DoesNotContain(log.Split('\n'), line => line.StartsWith("[00:00:00", StringComparison.Ordinal));
        Assert.DoesNotContain(log, character => character is not '\n' and not '\r' && (char.IsControl(character) || character is '\u2028' or '\u202E'));
    }

    private static async Task<string> ReadAsync(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

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
