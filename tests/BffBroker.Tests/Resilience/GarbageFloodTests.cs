using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using BffBroker.Tests.Security;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>
/// Anonymous clients send what has the shape of a state, a cookie or a key, and is none. In the first two minutes of a node, Data Protection reads its ring
/// again for each key id that it does not know, on the thread of the request.
/// </summary>
[Collection(typeof(WholeMachine))]
public sealed class GarbageFloodTests(RedisServer redis)
{
    private const int Clients = 200;
    private const int Requests = 20 * Clients;

    // After which Kubernetes counts a probe as failed: deploy/kubernetes/base/deployment.yml.
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(5);

    [Fact, Trait("kind", "soak")]
    public async Task A_node_that_has_just_started_answers_probes_and_users_while_many_clients_send_garbage()
    {
        await using var nodes = await BrokerNodes.StartAsync(redis.ConnectionString, 1, hasLinks: false, ("Broker:TrustedProxies:0", "127.0.0.1"));
        var user = await nodes.LogInAsync(TimeSpan.FromHours(1));
        await nodes.ReplaceAsync(0);
        var node = nodes[0];
        using var browser = node.NewBrowser();
        using var end = new CancellationTokenSource();
        var answers = new ConcurrentDictionary<HttpStatusCode, int>();
        var flood = Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => SendGarbageAsync(node, answers, end.Token)));
        try
        {
            while (answers.Values.Sum() < Requests)
            {
                await AssertAnswersAsync("/health/live", () => node.AdministerAsync(HttpMethod.Get, "/health/live"));
                await AssertAnswersAsync("/health/ready", () => node.AdministerAsync(HttpMethod.Get, "/health/ready"));
                await AssertAnswersAsync("/me", () => node.GetAsync("/me", user));
                await AssertAnswersAsync("/auth/nginx", () => node.GetAsync("/auth/nginx", user));
                await AssertAnswersAsync("/login", () => browser.OpenAsync(World.At("/login")), HttpStatusCode.Found);
            }
        }
        finally
        {
            await end.CancelAsync();
            await flood;
        }

        Assert.DoesNotContain(answers.Keys, status => status >= HttpStatusCode.InternalServerError);
        Assert.Equal(HttpStatusCode.OK, await node.MeAsync(user));
    }

    private static async Task AssertAnswersAsync(string what, Func<Task<HttpResponseMessage>> ask, HttpStatusCode status = HttpStatusCode.OK)
    {
        var watch = Stopwatch.StartNew();
        using var answer = await ask().WaitAsync(LongestProbe);
        Assert.True(answer.StatusCode == status, $"{what}: {answer.StatusCode} after {watch.Elapsed}");
    }

    // Each request comes from another address, as behind a gateway: no limit of one client's requests stops it.
    private static async Task SendGarbageAsync(BrokerNode node, ConcurrentDictionary<HttpStatusCode, int> answers, CancellationToken end)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        for (var i = RandomNumberGenerator.GetInt32(20); !end.IsCancellationRequested; i++)
        {
            var state = KeyRingAttack.StateOfUnknownKey();
            var path = (i % 20) switch { 1 => "/session", 2 => "/auth/nginx", 3 => "/me", _ => $"/callback?code=ANabcdefghijklmnopqr&state={state}" };
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(node.Process.Url, path));
            request.Headers.Add("X-Forwarded-For", new IPAddress(RandomNumberGenerator.GetBytes(4)).ToString());
            request.Headers.Add("Cookie", $"__Host-bff={Random()}; __Host-bff-login={Random()}");
            try
            {
                using var answer = await http.SendAsync(request, end);
                answers.AddOrUpdate(answer.StatusCode, 1, (_, count) => count + 1);
            }
            catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException)
            {
                // The end of the flood, or a node that is too busy: the test's own requests say whether it may be.
            }
        }
    }

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
