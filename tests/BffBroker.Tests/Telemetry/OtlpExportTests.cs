using System.Net;
using System.Web;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Telemetry;

/// <summary>One tour of all flows with a real process and a real OTLP receiver; the last of it arrives because the process is told to end.</summary>
public sealed class OtlpExportTests(RedisServer redis) : IAsyncLifetime
{
    private const string ClientsTrace = "0123456789abcdef0123456789abcdef";
    private const string TraceParent = $"00-{ClientsTrace}-0123456789abcdef-01";
    private readonly List<string> _secrets = ["Atza|", "Atzr|", "canary", ClientsTrace];
    private OtlpReceiver _receiver = null!;

    public async ValueTask InitializeAsync() => _receiver = await OtlpReceiver.StartAsync();

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Theory]
    [InlineData("http/protobuf", false)]
    [InlineData("grpc", true)]
    public async Task Every_metric_and_span_of_the_contract_arrives_and_nothing_secret(string protocol, bool isInFiles)
    {
        using var folder = new TemporaryFolder();
        string log;
        await using (var nodes = await BrokerNodes.StartAsync(redis.ConnectionString, 1, hasLinks: false, Settings(protocol, isInFiles ? folder.Path : null)))
        {
            await TourAsync(nodes);
            await EndingsAsync(nodes);
            await RefreshesAsync(nodes);
            Assert.Equal(0, await EndDuringRefreshAsync(nodes));
            log = nodes[0].Process.Output;
        }

        Assert.Contains(_receiver.Spans, span => log.Contains($"\"TraceId\":\"{span.TraceId}\"", StringComparison.Ordinal));
        AssertMetrics();
        AssertSpans();
        Assert.Equal(("bffbroker", "test"), (_receiver.Resource["service.name"], _receiver.Resource["deployment.environment.name"]));
        Assert.NotEmpty(_receiver.Resource["service.version"]);
        Assert.NotEmpty(_receiver.Resource["service.instance.id"]);
        var (all, ids) = (_receiver.Text, string.Join(' ', _receiver.Spans.Select(span => span.TraceId)));
        Assert.All(_secrets, secret => Assert.DoesNotContain(secret, all, StringComparison.OrdinalIgnoreCase));
        Assert.All(_secrets, secret => Assert.DoesNotContain(secret, ids, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Every_counter_is_exported_as_zero_by_a_broker_that_was_asked_nothing()
    {
        await using (var nodes = await BrokerNodes.StartAsync(redis.ConnectionString, 1, hasLinks: false, Settings("http/protobuf", null)))
        {
            Assert.Equal(0, await nodes[0].Process.TerminateAsync());
        }

        Assert.All(
            ["bff.login started", "bff.session.ended evicted", "bff.refresh joined", "bff.auth forbidden", "bff.record.unreadable"],
            series => Assert.Equal(0, _receiver.Metrics.GetValueOrDefault(series, -1)));
    }

    [Theory]
    [InlineData]
    [InlineData("check")]
    public async Task A_process_that_does_not_serve_exports_nothing(params string[] arguments)
    {
        var (exitCode, output) = await BrokerProcess.RunAsync(Settings("http/protobuf", null).ToDictionary(setting => setting.Key, setting => (string?)setting.Value), arguments);

        Assert.True(exitCode == 78, output);
        Assert.Empty(_receiver.Text);
    }

    private (string Key, string Value)[] Settings(string protocol, string? folder)
    {
        (string Key, string Value)[] settings =
        [
            ("Redis:Timeout", "00:00:05"), ("Amazon:Timeout", "00:00:20"), ("Session:PerUser", "3"), ("Session:RefreshAhead", "00:05:00"), // a machine that is busy with other tests is no outage
            ("OTEL_EXPORTER_OTLP_ENDPOINT", _receiver.UrlFor(protocol)), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol), ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "1000"), ("OTEL_METRIC_EXPORT_TIMEOUT", "1000"),
        ];
        if (folder is null)
        {
            return settings;
        }

        foreach (var (key, value) in settings)
        {
            File.WriteAllText(Path.Combine(folder, key.Replace(":", "__", StringComparison.Ordinal)), value + "\n");
        }

        return [("Secrets:Directory", folder)];
    }

    private async Task TourAsync(BrokerNodes nodes)
    {
        var node = nodes[0];
        using var browser = node.NewBrowser();
        browser.UserAgent = "canary-browser";
        var visit = await browser.VisitAsync(World.At("/login?returnUrl=%2Fcanary%3Fq%3Dcanary"), stopBefore: url => url.AbsolutePath == "/callback");
        _secrets.AddRange(HttpUtility.ParseQueryString(visit.Url.Query) is var sent ? [sent["code"]!, sent["state"]!] : []);
        Assert.Equal(HttpStatusCode.Found, (await browser.OpenAsync(visit.Url)).StatusCode);
        var cookie = browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")!;
        var session = new UserSession("ada", cookie, default);
        var userId = await node.UserIdAsync(session);
        _secrets.AddRange([cookie, browser.Cookie(BrokerServer.PublicUrl, "__Host-bff-login")!, session.Handle, session.Handle[..8], userId, userId["amzn1.account.".Length..], SampleCustomers.Find("ada")!.Name, SampleCustomers.Find("ada")!.Email!]);

        using (var traced = await browser.SendAsync(HttpMethod.Get, World.At("/me?canary=canary"), headers:
            [("traceparent", TraceParent), ("tracestate", "canary=1"), ("baggage", "canary=1"), ("Sec-Fetch-Site", "same-origin")]))
        {
            Assert.Equal(HttpStatusCode.OK, traced.StatusCode);
        }

        using (var odd = await browser.SendAsync(new("CANARY"), World.At("/canary/canary")))
        {
            Assert.Equal(HttpStatusCode.NotFound, odd.StatusCode);
        }

        await browser.OpenAsync(World.At("/callback?state=canary&code=canary"));
        await browser.OpenAsync(World.At($"/callback?state={await StateAsync(browser)}&error=access_denied"));
        nodes.Simulator.Faults.Enqueue(Operation.CodeExchange, Fault.HtmlUnavailable);
        await browser.VisitAsync(World.At("/login"), stopBefore: url => url.AbsolutePath == "/");

        Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/auth/nginx", session)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await node.GetAsync("/auth/nginx", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await node.GetAsync("/auth/nginx?scope=canary", session)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await node.DeleteAsync($"/sessions/{session.Handle}x", session)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await node.AdministerAsync(HttpMethod.Get, $"/admin/users/{userId}/sessions", ("traceparent", TraceParent))).StatusCode);

        var refreshed = await nodes.LogInExpiredAsync("zoe");
        Assert.Equal(HttpStatusCode.OK, await node.MeAsync(refreshed));
        Assert.Equal(HttpStatusCode.NoContent, (await node.PostAsync("/logout", refreshed)).StatusCode);

        var rejected = await nodes.LogInExpiredAsync("zoe");
        nodes.Simulator.RevokeGrants("zoe");
        Assert.Equal(HttpStatusCode.Unauthorized, (await node.GetAsync("/me", rejected)).StatusCode);

        await nodes.Redis.HashSetAsync(nodes.RecordOf(session), "sealed", "canary");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await node.GetAsync("/auth/nginx", session)).StatusCode);
    }

    private static async Task EndingsAsync(BrokerNodes nodes)
    {
        var node = nodes[0];
        for (var i = 0; i < 3; i++)
        {
            await nodes.LogInAsync(TimeSpan.FromHours(1), "kim");
        }

        var fourth = await nodes.LogInAsync(TimeSpan.FromHours(1), "kim");
        using var sessions = await node.GetAsync("/sessions", fourth);
        var other = (await sessions.JsonAsync()).GetProperty("sessions").EnumerateArray().First(session => !session.GetProperty("current").GetBoolean()).GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NoContent, (await node.DeleteAsync($"/sessions/{other}", fourth)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await node.PostAsync("/logout?everywhere=true", fourth)).StatusCode);

        using var browser = node.NewBrowser();
        nodes.Simulator.Settings.AutoApprove = "bob";
        await browser.VisitAsync(World.At("/login"), stopBefore: url => url == World.At("/"));
        await browser.VisitAsync(World.At("/login"), stopBefore: url => url == World.At("/"));

        var userId = await node.UserIdAsync(await nodes.LogInAsync(TimeSpan.FromHours(1), "kim"));
        Assert.Equal(HttpStatusCode.NoContent, (await node.AdministerAsync(HttpMethod.Delete, $"/admin/users/{userId}/sessions")).StatusCode);
    }

    private async Task RefreshesAsync(BrokerNodes nodes)
    {
        var node = nodes[0];
        var rejected = await nodes.LogInExpiredAsync("sam");
        nodes.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Status(401, "{\"error\":\"invalid_client\"}"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await node.GetAsync("/me", rejected)).StatusCode);

        var shared = await nodes.LogInExpiredAsync("sam");
        var answer = new TaskCompletionSource();
        nodes.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(answer.Task));
        Task<HttpStatusCode>[] callers = [node.MeAsync(shared), node.MeAsync(shared)];
        await Wait.UntilAsync(() => _receiver.Metrics.GetValueOrDefault("bff.refresh joined") > 0, "the second caller to join the first");
        answer.SetResult();
        Assert.All(await Task.WhenAll(callers), status => Assert.Equal(HttpStatusCode.OK, status));

        var early = await nodes.LogInAsync(TimeSpan.FromSeconds(6), "sam");
        await Wait.UntilAsync(
            async () =>
            {
                Assert.Equal(HttpStatusCode.OK, await node.MeAsync(early));
                return _receiver.Metrics.GetValueOrDefault("bff.refresh background") > 0;
            },
            "the refresh that nobody waits for");
    }

    // What is measured after SIGTERM arrives too.
    private static async Task<int> EndDuringRefreshAsync(BrokerNodes nodes)
    {
        var last = await nodes.LogInExpiredAsync("zoe");
        var answer = new TaskCompletionSource();
        nodes.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(answer.Task));
        var refreshes = nodes.Amazon.Refreshes;
        _ = nodes[0].GetAsync("/me", last);
        await Wait.UntilAsync(() => nodes.Amazon.Refreshes > refreshes, "the refresh");
        var exit = nodes[0].Process.TerminateAsync();
        await Wait.UntilAsync(() => nodes[0].Process.Output.Contains("shutting down", StringComparison.Ordinal), "the shutdown to begin");
        answer.SetResult();
        return await exit;
    }

    private void AssertMetrics()
    {
        var metrics = _receiver.Metrics;
        (string Series, double Value)[] exactly =
        [
            ("bff.login started", 16), ("bff.login succeeded", 14), ("bff.login denied", 1), ("bff.login rejected_state", 1), ("bff.login failed", 1),
            ("bff.session.ended logout", 1), ("bff.session.ended refresh_rejected", 1), ("bff.session.ended evicted", 1), ("bff.session.ended logout_everywhere", 2),
            ("bff.session.ended ended_by_user", 1), ("bff.session.ended ended_by_admin", 1), ("bff.session.ended replaced_by_login", 1),
            ("bff.refresh refreshed", 3), ("bff.refresh rejected", 1), ("bff.refresh joined", 1), ("bff.refresh background", 1), ("bff.refresh unavailable", 1),
            ("bff.auth allowed", 1), ("bff.auth unauthenticated", 1), ("bff.auth forbidden", 1), ("bff.auth unavailable", 1),
            ("bff.record.unreadable", 1),
            ("bff.amazon.duration authorization_code ok", 14), ("bff.amazon.duration authorization_code transient", 1), ("bff.amazon.duration refresh_token ok", 4),
            ("bff.amazon.duration refresh_token rejected", 1), ("bff.amazon.duration refresh_token client_rejected", 1), ("bff.amazon.duration tokeninfo ok", 14),
        ];
        Assert.Equal(exactly, exactly.Select(expected => (expected.Series, metrics.GetValueOrDefault(expected.Series, -1))));
        Assert.All(
            ["bff.amazon.duration profile ok", "bff.redis.duration load ok", "bff.redis.duration mark ok", "bff.redis.duration save ok"],
            series => Assert.True(metrics.GetValueOrDefault(series) > 0, series));
        Assert.All(
            ["http.server.request.duration", "kestrel.connection.duration", "http.client.request.duration", "dotnet.process.memory.working_set"],
            name => Assert.Contains(metrics.Keys, series => series == name || series.StartsWith(name + " ", StringComparison.Ordinal)));
        Assert.Contains(metrics.Keys, series => series.Contains("/sessions/{id}", StringComparison.Ordinal));
    }

    private void AssertSpans()
    {
        var spans = _receiver.Spans;
        var byId = spans.ToLookup(span => span.Id);
        var families = spans.Select(span => (Child: span.Name, Parent: byId[span.ParentId].SingleOrDefault()?.Name)).ToHashSet();
        (string Child, string? Parent)[] expected =
        [
            ("GET /login", null), ("login start", "GET /login"), ("GET /callback", null), ("login callback", "GET /callback"), ("redis mark", "login callback"),
            ("amazon authorization_code", "login callback"), ("amazon tokeninfo", "login callback"), ("profile", "login callback"), ("amazon profile", "profile"), ("redis create", "login callback"),
            ("GET /me", null), ("redis load", "GET /me"), ("profile", "GET /me"), ("refresh", "GET /me"), ("redis lease", "refresh"), ("amazon refresh_token", "refresh"), ("redis save", "refresh"),
            ("redis load", "GET /auth/nginx"), ("DELETE /sessions/{id}", null), ("POST /logout", null), ("_OTHER", null),
        ];
        Assert.Empty(expected.Except(families));
        Assert.DoesNotContain(spans, span => span.Name.Contains("health", StringComparison.Ordinal) || span.Name.Contains("admin", StringComparison.Ordinal) || span.Name == "redis ping");
        Assert.DoesNotContain(spans, span => span.IsMore);
        Assert.Subset(
            new HashSet<string> { "operation", "outcome", "reason", "db.system.name", "http.request.method", "http.route", "http.response.status_code" },
            spans.SelectMany(span => span.Tags.Select(tag => tag.Key)).ToHashSet());
        Assert.Contains(spans, span => span.Name == "login callback" && span.Tags.Contains(new("outcome", "denied")));
        Assert.Contains(spans, span => span.Name == "GET /me" && span.Tags.Contains(new("http.response.status_code", "401")));
    }

    private static async Task<string> StateAsync(Browser browser)
    {
        using var answer = await browser.OpenAsync(World.At("/login"));
        return HttpUtility.ParseQueryString(answer.Headers.Location!.Query)["state"]!;
    }
}
