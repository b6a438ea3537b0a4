using System.Net;
using System.Text.Json;
using AmazonSimulator;

namespace BffBroker.Tests.Support;

/// <summary>One real broker process, mostly with a <see cref="FaultProxy"/> on each of its two links, and a client of its own without limits.</summary>
internal sealed class BrokerNode : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { Timeout = TimeSpan.FromMinutes(2) };

    private readonly (FaultProxy Amazon, FaultProxy Redis)? _links;

    private BrokerNode(BrokerProcess process, (FaultProxy Amazon, FaultProxy Redis)? links) => (Process, _links) = (process, links);

    public BrokerProcess Process { get; }

    public FaultProxy AmazonLink => Links.Amazon;

    public FaultProxy RedisLink => Links.Redis;

    private (FaultProxy Amazon, FaultProxy Redis) Links => _links ?? throw new InvalidOperationException("This node was started without links.");

    /// <summary>Without links: where load is the subject, and the test's own process must not be what is measured.</summary>
    public static async Task<BrokerNode> StartAsync(IReadOnlyDictionary<string, string?> settings) => new(await BrokerProcess.StartAsync(settings), null);

    /// <param name="settings">Of the whole cluster; the links' addresses replace the servers'.</param>
    public static async Task<BrokerNode> StartAsync(int amazonPort, int redisPort, IReadOnlyDictionary<string, string?> settings)
    {
        var (amazon, redis) = (new FaultProxy(amazonPort), new FaultProxy(redisPort));
        return new(
            await BrokerProcess.StartAsync(new Dictionary<string, string?>(settings)
            {
                ["Amazon:ApiBaseUrl"] = $"http://{amazon.Address}/",
                ["ConnectionStrings:Redis"] = redis.Address,
            }),
            (amazon, redis));
    }

    /// <summary>The page's script calls its own origin.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, UserSession? session, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(Process.Url, path));
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        if (session is not null)
        {
            request.Headers.Add("Cookie", $"__Host-bff={session.Cookie}");
        }

        return await _http.SendAsync(request, cancellationToken);
    }

    public Task<HttpResponseMessage> GetAsync(string path, UserSession? session) => SendAsync(HttpMethod.Get, path, session, CancellationToken.None);

    public Task<HttpResponseMessage> PostAsync(string path, UserSession? session) => SendAsync(HttpMethod.Post, path, session, CancellationToken.None);

    public Task<HttpResponseMessage> DeleteAsync(string path, UserSession? session) => SendAsync(HttpMethod.Delete, path, session, CancellationToken.None);

    public async Task<string> UserIdAsync(UserSession session)
    {
        using var answer = await GetAsync("/session", session);
        return (await answer.JsonAsync()).GetProperty("user").GetProperty("user_id").GetString()!;
    }

    /// <summary>At the management listener, with the admin key.</summary>
    public async Task<HttpResponseMessage> AdministerAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(Process.ManagementUrl, path));
        request.Headers.Authorization = new("Bearer", BrokerNodes.AdminKey);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await _http.SendAsync(request);
    }

    /// <summary>Asks for <c>/me</c> as a page does: an outage may delay the answer, and nothing else than the user's own profile ever comes.</summary>
    public Task ServesAsync(UserSession session, TimeSpan? longest = null) => Wait.UntilAsync(
        async () =>
        {
            using var answer = await GetAsync("/me", session);
            return answer.StatusCode == HttpStatusCode.OK ? await IsOwnAsync(answer, session) : await IsOutageAsync(answer);
        },
        "the session to be served",
        longest);

    /// <summary><c>/me</c>, now.</summary>
    public async Task<HttpStatusCode> MeAsync(UserSession session)
    {
        using var answer = await GetAsync("/me", session);
        return answer.StatusCode == HttpStatusCode.OK && await IsOwnAsync(answer, session) ? HttpStatusCode.OK : answer.StatusCode;
    }

    /// <summary>SIGSTOP: it hangs, and its connections stay.</summary>
    public void Suspend() => Signals.Stop(Process.Process);

    /// <summary>SIGCONT.</summary>
    public void Resume() => Signals.Continue(Process.Process);

    public Browser NewBrowser() => new Browser().Route(BrokerServer.Authority, Process.Url);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Process.DisposeAsync();
        if (_links is var (amazon, redis))
        {
            await amazon.DisposeAsync();
            await redis.DisposeAsync();
        }
    }

    private static async Task<bool> IsOwnAsync(HttpResponseMessage answer, UserSession session)
    {
        using var profile = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
        Assert.Equal(SampleCustomers.Find(session.Customer)!.Name, profile.RootElement.GetProperty("name").GetString());
        return true;
    }

    private async Task<bool> IsOutageAsync(HttpResponseMessage answer)
    {
        Assert.False(answer.StatusCode == HttpStatusCode.InternalServerError, Process.Output);
        await answer.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        Assert.NotNull(answer.Headers.RetryAfter);
        return false;
    }
}
