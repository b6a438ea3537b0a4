using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>Without a session there is nothing of a user's, and nothing of Amazon's, in any answer, however it is asked for.</summary>
public sealed class UnauthenticatedTests
{
    private static readonly string[] Methods =
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY", "PURGE", "get", "Get", "X", "POST-GET", new('A', 300)];

    private static readonly string[] Bodies =
    [
        "\r\n", "Content-Length: 0\r\n\r\n", "Content-Length: 4\r\n\r\nbody", "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 11\r\n\r\n_method=GET",
        "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n", "X-HTTP-Method-Override: GET\r\nContent-Length: 0\r\n\r\n", "X-Method-Override: GET\r\nContent-Length: 0\r\n\r\n",
        "Authorization: Bearer Atza|x\r\nx-amz-access-token: Atza|x\r\n\r\n", "Cookie: __Host-bff=" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n\r\n", "Expect: 100-continue\r\nContent-Length: 4\r\n\r\nbody",
    ];

    [Theory]
    [InlineData("/me")]
    [InlineData("/me/")]
    [InlineData("/ME")]
    [InlineData("/session")]
    [InlineData("/sessions")]
    [InlineData("/sessions/x")]
    public async Task No_method_body_or_header_brings_a_byte_of_a_user_or_of_Amazon(string path)
    {
        await using var world = await World.StartAsync();
        await world.LogInAsync();
        await world.AssertLoggedInAsync(); // somebody is; it is just not whoever asks
        world.Amazon.Simulator.Calls.Clear();

        foreach (var request in Methods.SelectMany(method => Bodies.Select(body => $"{method} {path} HTTP/1.1\r\nHost: {BrokerServer.Authority}\r\nX-CSRF: 1\r\n{body}")))
        {
            var answer = await RawRequest.AskAsync(world.Broker.Url, request);

            Assert.True(answer is { Status: 200 or (>= 400 and < 500) }, $"{request}\n{answer}");
            Assert.True(answer.Status != 200 || request.StartsWith("HEAD ", StringComparison.Ordinal) || answer.Text.Contains("""{"authenticated":false}""", StringComparison.Ordinal), $"{request}\n{answer}");
            Assert.DoesNotMatch("(?i)ada example|ada@|amzn1\\.account|x-amzn|set-cookie", answer.Text);
        }

        Assert.Empty(world.Amazon.Simulator.Calls.All);
    }
}
