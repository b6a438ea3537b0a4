using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>Two listeners, and no way from one to what belongs to the other: not by host, path, probe or proxy header.</summary>
public sealed class ListenerTests(AllowedOriginsWorld shared) : IClassFixture<AllowedOriginsWorld>
{
    private static readonly string[] Spellings =
    [
        "{0}", "/{0}", "{0}/", "{0}?x=1", "{0}%00", "{0};x", "{0}%20", "{0}/.", "/.{0}", "/x/..{0}", "/login/..{0}", "/%2e{0}", "/x/%2e%2e{0}", "/x%2f..{0}", "/.;{0}", "/x;/..{0}",
    ];

    private static readonly string[] Tricks =
    [
        "X-Forwarded-Host: {0}", "X-Forwarded-Port: 8081", "X-Forwarded-Prefix: /health", "X-Original-URL: /health/ready", "X-Rewrite-URL: /health/ready", "X-HTTP-Method-Override: GET",
        "Forwarded: host={0}", "X-Forwarded-For: 127.0.0.1", "User-Agent: kube-probe/1.33", "User-Agent: GoogleHC/1.0", "User-Agent: ELB-HealthChecker/2.0", "User-Agent: Consul Health Check",
        "Authorization: Bearer x",
    ];

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/HEALTH/READY")]
    [InlineData("/%68ealth/ready")]
    [InlineData("/health%2fready")]
    public async Task Health_is_nowhere_on_the_public_listener(string path)
    {
        var management = shared.World.Broker.ManagementUrl.Authority;
        string[] hosts = [BrokerServer.Authority, management, "localhost:8081", "127.0.0.1", "health", ""];
        var targets = Spellings.Select(spelling => string.Format(null, spelling, path)).Append($"http://{management}{path}").ToArray();

        foreach (var request in targets.SelectMany(target => hosts.Select(host => Request(target, host))).Concat(Tricks.Select(trick => Request(path, management, string.Format(null, trick, management)))))
        {
            var answer = await RawRequest.AskAsync(shared.World.Broker.Url, request);

            Assert.True(answer is { Status: 400 or 404 }, $"{request}{answer}");
            Assert.DoesNotContain("\"failed\"", answer.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/login")]
    [InlineData("/callback")]
    [InlineData("/me")]
    [InlineData("/session")]
    [InlineData("/logout")]
    [InlineData("/sessions")]
    [InlineData("/")]
    public async Task Nothing_public_is_on_the_management_listener(string path)
    {
        foreach (var host in new[] { BrokerServer.Authority, shared.World.Broker.Url.Authority, shared.World.Broker.ManagementUrl.Authority })
        {
            foreach (var target in Spellings.Select(spelling => string.Format(null, spelling, path)).Append($"{BrokerServer.PublicUrl}{path}"))
            {
                var answer = await RawRequest.AskAsync(shared.World.Broker.ManagementUrl, Request(target, host, "X-CSRF: 1"));

                Assert.True(answer is { Status: 400 or 404 }, $"{target}: {answer}");
                Assert.DoesNotContain("Set-Cookie", answer.Text, StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    [Fact]
    public async Task A_probe_gets_no_more_than_anybody()
    {
        foreach (var trick in Tricks)
        {
            var answer = await RawRequest.GetAsync(shared.World.Broker.Url, "/me", string.Format(null, trick, "127.0.0.1"));

            Assert.Equal(401, answer.Status);
        }
    }

    private static string Request(string target, string host, params string[] headers) =>
        $"GET {target} HTTP/1.1\r\nHost: {host}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}Connection: close\r\n\r\n";
}
