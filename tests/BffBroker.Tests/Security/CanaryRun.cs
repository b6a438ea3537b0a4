using System.Net;
using System.Text.Json;
using AmazonSimulator;
using BffBroker.OAuth;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>Everything that can be done to a broker, done once with marked secrets in every place that has any.</summary>
internal sealed class CanaryRun(Canaries canaries, AmazonServer amazon, OwnRedis redis, Uri broker) : IDisposable
{
    private readonly Browser _browser = new Browser().Route(BrokerServer.Authority, broker);
    private readonly string _code = "AN" + canaries.New("code");
    private readonly string _forged = canaries.New("forged value");
    private readonly string _words = canaries.New("words of Amazon's");
    private readonly string _page = $"/there?q={canaries.New("return URL")}";
    private readonly string _userId = $"amzn1.account.{canaries.New("user id")}";

    /// <summary>Called with each state and the login cookie it goes with.</summary>
    public Func<string, string, Task> Began { get; init; } = (_, _) => Task.CompletedTask;

    private FaultPlan Faults => amazon.Simulator.Faults;

    public void Dispose() => _browser.Dispose();

    /// <summary>What works, and what is refused or denied.</summary>
    public async Task LogInAndOutAsync()
    {
        AmazonAnswers(tokenLife: 1);
        await LogInAsync();
        await Wait.UntilAsync(async () => await MeAsync() == HttpStatusCode.OK && amazon.Refreshes > 0, "a refresh");
        await HearAsync(Fetch(HttpMethod.Get, "/session"), "user id", "name", "e-mail");

        AmazonAnswers(tokenLife: 3600);
        await LogInAsync();
        Faults.Enqueue(Operation.Profile, Fault.OAuthError(400, "invalid_token", _words));
        Assert.Equal(HttpStatusCode.OK, await MeAsync());
        Faults.Enqueue(Operation.Profile, Fault.OAuthError(401, "insufficient_scope", _words));
        Assert.Equal(HttpStatusCode.Forbidden, await MeAsync());

        var state = await BeginAsync();
        await HearAsync(Open($"/callback?state={state}&code={_code}&code={_forged}"), "return URL");
        await HearAsync(Open($"/callback?state={state}&code={_forged[..10]}"), "return URL");
        await HearAsync(Open($"/callback?state={state}&error=access_denied&error_description={_words}"), "return URL");
        await HearAsync(Open($"/callback?state={state}&code={_code}"), "return URL");
        await HearAsync(Open($"/callback?state={_forged}&code={_code}"));
        await HearAsync(Open($"/login?returnUrl=//{_forged}"));
        await HearAsync(Open($"/login?scope={_forged}"));
        using (var other = new Browser().Route(BrokerServer.Authority, broker))
        {
            await HearAsync(other.OpenAsync(World.At($"/callback?state={await BeginAsync()}&code={_code}")), "return URL");
        }

        using var form = new FormUrlEncodedContent([KeyValuePair.Create("returnUrl", _page)]);
        await HearAsync(Fetch(HttpMethod.Post, "/logout", form), "return URL");
    }

    /// <summary>A user lists and ends sessions, and so does an admin.</summary>
    public async Task EndSessionsAsync(Uri management, string adminKey)
    {
        AmazonAnswers(tokenLife: 3600);
        await LogInAsync();
        await HearAsync(Fetch(HttpMethod.Get, "/sessions"));
        await HearAsync(Fetch(HttpMethod.Delete, "/sessions/x"));
        await HearAsync(Fetch(HttpMethod.Delete, "/sessions"));

        using var admin = new Browser();
        foreach (var (method, path, key) in new[]
        {
            (HttpMethod.Get, $"/admin/users/{_userId}/sessions", _forged), (HttpMethod.Get, $"/admin/users/{_userId}/sessions", adminKey), (HttpMethod.Get, $"/admin/users/{_userId}/x", adminKey),
            (HttpMethod.Delete, $"/admin/users/{_userId}/sessions", adminKey), (HttpMethod.Delete, "/admin/sessions", adminKey),
        })
        {
            await HearAsync(admin.SendAsync(method, new Uri(management, path), headers: [("Authorization", $"Bearer {key}")]));
        }
    }

    /// <summary>An Amazon that fails in every way, with our secrets in what it says.</summary>
    public async Task AmazonFailsAsync()
    {
        var everything = JsonSerializer.Serialize(new { access_token = "Atza|" + canaries.New("lost access token"), refresh_token = "Atzr|" + canaries.New("lost refresh token"), error_description = _words, name = _words });
        Fault[] faults =
        [
            Fault.Status(200, everything, "application/json"), Fault.Status(200, everything[..^5], "application/json"), Fault.Status(200, $"<html>{everything}", "text/html"), Fault.Status(503, everything, "application/json"),
            Fault.Redirect($"https://evil.example/?{_words}"), Fault.OAuthError(400, _words, _words), Fault.OAuthError(400, "invalid_request", _words), Fault.OAuthError(401, "invalid_client", _words), Fault.Reset,
        ];
        foreach (var operation in new[] { Operation.CodeExchange, Operation.TokenInfo, Operation.Profile })
        {
            foreach (var fault in faults)
            {
                Faults.Enqueue(operation, fault);
                await HearAsync(Open($"/callback?state={await BeginAsync()}&code={_code}"), "return URL", "session cookie");
                RememberSession();
                Faults.Clear();
                AmazonAnswers(tokenLife: 1);
            }
        }

        foreach (var fault in faults.Append(Fault.OAuthError(400, "invalid_grant", _words)))
        {
            Faults.Set(Operation.Refresh, fault);
            await MeAsync();
        }

        Faults.Clear();
    }

    /// <summary>What a client breaks: each with a secret where the server gives up reading.</summary>
    public async Task BreakRequestsAsync()
    {
        var state = await BeginAsync();
        var secrets = $"code={_code}&state={state}";
        var cookie = $"__Host-bff={_browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")}{_forged}";
        string[] requests =
        [
            $"GET /callback?{secrets} HTTP/1.1 extra\r\n\r\n", $"GET /callback?{secrets} HTTP/9\r\nHost: x\r\n\r\n", $"G\x01T /callback?{secrets} HTTP/1.1\r\nHost: x\r\n\r\n", $"/callback?{secrets}\r\n\r\n",
            $"GET /callback?{secrets}\0 HTTP/1.1\r\nHost: x\r\n\r\n", $"GET /callback?{secrets}\xff HTTP/1.1\r\nHost: localhost:8080\r\n\r\n", $"GET /callback?{secrets}&{new string('x', 9000)} HTTP/1.1\r\nHost: x\r\n\r\n",
            $"GET http://[/callback?{secrets} HTTP/1.1\r\nHost: x\r\n\r\n", $"GET /callback?{secrets} HTTP/1.1\r\nHost: {_forged}@x\r\n\r\n", $"GET /callback?{secrets} HTTP/1.1\r\nHost: x\r\nHost: {_forged}\r\n\r\n",
            $"GET /me HTTP/1.1\r\nHost: localhost:8080\r\nCookie : {cookie}\r\n\r\n", $"GET /me HTTP/1.1\r\nHost: localhost:8080\r\nCookie: {cookie}\0\r\n\r\n", $"GET /me HTTP/1.1\r\nHost: localhost:8080\r\n Cookie: {cookie}\r\n\r\n",
            $"GET /me HTTP/1.1\r\nHost: localhost:8080\r\nCookie: {cookie}\rx\r\n\r\n", $"GET /me HTTP/1.1\r\nHost: localhost:8080\r\nCookie: {cookie}; x=\xff\xfe\r\n\r\n", $"GET /me HTTP/1.1\r\nHost: localhost:8080\r\n{cookie}\r\n\r\n",
            $"GET /me HTTP/1.1\r\nHost: localhost:8080\r\nCookie: {cookie}{new string('x', 40_000)}\r\n\r\n", $"GET /me HTTP/1.1\r\nHost: localhost:8080\r\nAuthorization: {cookie}\r\nContent-Length: {_forged}\r\n\r\n",
            $"POST /logout HTTP/1.1\r\nHost: localhost:8080\r\nX-CSRF: 1\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n{_forged}\r\n",
            $"POST /logout HTTP/1.1\r\nHost: localhost:8080\r\nX-CSRF: 1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 2100\r\n\r\n{_forged.PadRight(2100, 'k')}",
            $"POST /logout HTTP/1.1\r\nHost: localhost:8080\r\nX-CSRF: 1\r\nContent-Type: multipart/form-data; boundary={_forged}\r\nContent-Length: 40\r\n\r\n--{_forged}\r\n\r\n\r\n",
            $"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{_forged}",
        ];
        foreach (var request in requests)
        {
            canaries.AssertAbsent($"The answer to\n{request}\n", [(await RawRequest.SendAsync(broker, request))?.Text ?? ""], "return URL");
        }
    }

    /// <summary>A Redis that wants another password, and then none at all.</summary>
    public async Task RedisFailsAsync(string password, Uri management, string adminKey)
    {
        AmazonAnswers(tokenLife: 3600);
        await LogInAsync();
        using var admin = new Browser();
        var other = canaries.New("new Redis password");
        await redis.AskAsync($"AUTH {password}", $"CONFIG SET requirepass {other}");
        await redis.CommandAsync("-a", other, "CLIENT", "KILL", "TYPE", "normal");
        await OutageAsync();
        redis.Kill();
        await OutageAsync();

        async Task OutageAsync()
        {
            await Wait.UntilAsync(async () => await MeAsync() == HttpStatusCode.ServiceUnavailable, "Redis to be missed");
            await HearAsync(Fetch(HttpMethod.Get, "/session"));
            await HearAsync(Fetch(HttpMethod.Post, "/logout"));
            await HearAsync(admin.SendAsync(HttpMethod.Get, new(management, $"/admin/users/{_userId}/sessions"), headers: [("Authorization", $"Bearer {adminKey}")]));
            await HearAsync(Open($"/callback?state={await BeginAsync()}&code={_code}"), "return URL");
        }
    }

    private async Task LogInAsync()
    {
        using var answer = await HearAsync(Open($"/callback?state={await BeginAsync()}&code={_code}&scope=profile+postal_code"), "return URL", "session cookie");
        Assert.Equal(_page, answer.Headers.Location?.OriginalString);
        RememberSession();
    }

    // A 302's own cookie is new, so it is known only afterwards; nothing later may show it.
    private void RememberSession()
    {
        if (_browser.Cookie(BrokerServer.PublicUrl, "__Host-bff") is { } cookie)
        {
            canaries.Add("session cookie", cookie);
            canaries.Add("session cookie", CookieSecret.Parse(cookie)!.Bytes);
        }
    }

    private async Task<string> BeginAsync()
    {
        using var answer = await Open($"/login?returnUrl={Uri.EscapeDataString(_page)}");
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        var state = answer.Headers.Location!.State();
        var cookie = _browser.Cookie(BrokerServer.PublicUrl, "__Host-bff-login")!;
        canaries.Add("login cookie", cookie);
        canaries.Add("login cookie", CookieSecret.Parse(cookie)!.Bytes);
        await Began(state, cookie);
        canaries.AssertAbsent("The answer to /login", [await DescribeAsync(answer)], "login cookie", "state");
        canaries.Add("state", state[40..]); // what is before is the ring's key id, and the same for all
        return state;
    }

    private async Task<HttpStatusCode> MeAsync()
    {
        using var answer = await HearAsync(Fetch(HttpMethod.Get, "/me"), "user id", "name", "e-mail", "postal code");
        return answer.StatusCode;
    }

    private Task<HttpResponseMessage> Open(string path) => _browser.OpenAsync(World.At(path));

    private Task<HttpResponseMessage> Fetch(HttpMethod method, string path, HttpContent? content = null) => _browser.FetchAsync(method, World.At(path), content);

    private async Task<HttpResponseMessage> HearAsync(Task<HttpResponseMessage> answering, params string[] belong)
    {
        var answer = await answering;
        canaries.AssertAbsent("An answer", [await DescribeAsync(answer)], belong);
        return answer;
    }

    private static async Task<string> DescribeAsync(HttpResponseMessage answer) => $"{(int)answer.StatusCode}\n{answer.Headers}{answer.Content.Headers}\n{await answer.TextAsync()}";

    private void AmazonAnswers(int tokenLife)
    {
        Faults.Set(Operation.CodeExchange, Tokens("access token", "refresh token", tokenLife));
        Faults.Set(Operation.Refresh, Tokens("refreshed access token", "rotated refresh token", tokenLife));
        Faults.Set(Operation.TokenInfo, Fault.Status(200, JsonSerializer.Serialize(new { aud = SimulatedClient.DefaultId, user_id = _userId }), "application/json"));
        Faults.Set(Operation.Profile, Fault.Status(
            200,
            JsonSerializer.Serialize(new { user_id = _userId, name = canaries.New("name"), email = canaries.New("e-mail") + "@example.com", postal_code = canaries.New("postal code") }),
            "application/json"));
    }

    private Fault Tokens(string access, string refresh, int life) => Fault.Status(
        200,
        JsonSerializer.Serialize(new { access_token = "Atza|" + canaries.New(access), refresh_token = "Atzr|" + canaries.New(refresh), token_type = "bearer", expires_in = life }),
        "application/json");
}
