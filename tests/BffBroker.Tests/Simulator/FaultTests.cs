using AmazonSimulator;

namespace BffBroker.Tests.Simulator;

public sealed class FaultTests
{
    public static TheoryData<string, int, string?, string> Answers => new()
    {
        { "serverError", 500, "application/json", "\"error\":\"ServerError\"" },
        { "htmlUnavailable", 503, "text/html", "<html>" },
        { "xmlNotFound", 404, "application/xml", "<UnknownOperationException/>" },
        { "emptyBody", 500, null, "" },
        { "halfJson", 200, "application/json", "{\"access_token\":\"Atza|" },
        { "tooManyRequests", 429, null, "" },
        { "redirect", 302, null, "" },
        { "invalidToken", 400, "application/json", "invalid_token" },
        { "insufficientScope", 401, "application/json", "insufficient_scope" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task A_fault_replaces_the_answer(string name, int status, string? contentType, string fragment)
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Simulator.Faults.Enqueue(Operation.Profile, FaultNames.Find(new() { Fault = name })!);

        var answer = await host.ProfileAsync("Atza|x");

        Assert.Equal((status, contentType), (answer.Status, answer.ContentType));
        Assert.Contains(fragment, answer.Body, StringComparison.Ordinal);
        Assert.NotEmpty(answer.Headers.GetValues("x-amzn-RequestId"));
    }

    [Theory]
    [InlineData("ServerError")]
    [InlineData("servererror")]
    public async Task A_server_error_has_both_spellings(string spelling)
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Simulator.Faults.Enqueue(Operation.Token, Fault.ServerError(spelling));

        var answer = await host.RefreshAsync("Atzr|x");

        Assert.Equal((500, spelling), (answer.Status, answer["error"]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(7)]
    public async Task Throttling_may_say_how_long_to_wait(int? seconds)
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Simulator.Faults.Enqueue(Operation.Refresh, Fault.TooManyRequests(seconds is { } wait ? TimeSpan.FromSeconds(wait) : null));

        var answer = await host.RefreshAsync("Atzr|x");

        Assert.Equal((429, seconds), (answer.Status, (int?)answer.Headers.RetryAfter?.Delta?.TotalSeconds));
    }

    [Theory]
    [InlineData(false, 200)]
    [InlineData(true, 400)]
    public async Task A_connection_breaks_before_or_after_the_work(bool after, int statusOfOldToken)
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.RefreshMode = RefreshMode.NewTokenOldDies;
        var tokens = await host.LoginAsync();
        host.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Reset with { AfterProcessing = after });

        await Assert.ThrowsAsync<HttpRequestException>(() => host.RefreshAsync(tokens.Refresh));

        Assert.Equal(statusOfOldToken, (await host.RefreshAsync(tokens.Refresh)).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_slow_answer_takes_its_time_and_is_genuine(bool after)
    {
        await using var host = await SimulatorHost.StartAsync();
        var tokens = await host.LoginAsync();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var released = new TaskCompletionSource();
        var held = new Fault.Delay((_, cancellationToken) =>
        {
            reached.SetResult();
            return released.Task.WaitAsync(cancellationToken);
        });
        host.Simulator.Faults.Enqueue(Operation.Profile, held with { AfterProcessing = after });

        var slow = host.ProfileAsync(tokens.Access);
        await reached.Task.WaitAsync(TestContext.Current.CancellationToken);
        host.Simulator.RevokeGrants("ada");
        Assert.False(slow.IsCompleted);
        released.SetResult();

        Assert.Equal(after ? 200 : 400, (await slow).Status);
    }

    [Fact]
    public async Task An_answer_can_wait_for_the_test_to_release_it()
    {
        await using var host = await SimulatorHost.StartAsync();
        var tokens = await host.LoginAsync();
        var released = new TaskCompletionSource();
        host.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(released.Task));

        var held = host.RefreshAsync(tokens.Refresh);
        await host.Simulator.Calls.WaitForAsync(Operation.Refresh, 1, TestContext.Current.CancellationToken);
        Assert.Null(host.Simulator.Calls.All[^1].Status);
        released.SetResult();

        Assert.Equal(200, (await held).Status);
    }

    [Fact]
    public async Task Latency_passes_on_the_host_s_clock()
    {
        await using var host = await SimulatorHost.StartAsync();
        var tokens = await host.LoginAsync();
        host.Settings.Latency = TimeSpan.FromSeconds(2);

        var slow = host.ProfileAsync(tokens.Access);
        await host.Clock.WaitForTimerAsync(TestContext.Current.CancellationToken);
        host.Clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Null(host.Simulator.Calls.All[^1].Status);
        host.Clock.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal(200, (await slow).Status);
    }

    [Fact]
    public async Task Faults_queue_up_for_the_grant_type_they_are_meant_for()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Simulator.Faults.Enqueue(Operation.Refresh, Fault.EmptyBody(500), times: 2);
        host.Simulator.Faults.Enqueue(Operation.Token, Fault.EmptyBody(503));

        var exchange = await host.ExchangeAsync(await host.CodeAsync());
        var tokens = await host.LoginAsync();

        Assert.Equal(503, exchange.Status);
        Assert.Equal(500, (await host.RefreshAsync(tokens.Refresh)).Status);
        Assert.Equal(500, (await host.RefreshAsync(tokens.Refresh)).Status);
        Assert.Equal(200, (await host.RefreshAsync(tokens.Refresh)).Status);
    }

    [Fact]
    public async Task A_set_fault_stays_until_it_is_taken_back()
    {
        await using var host = await SimulatorHost.StartAsync();
        var tokens = await host.LoginAsync();
        host.Simulator.Faults.Set(Operation.Token, Fault.HtmlUnavailable);

        Assert.Equal(503, (await host.RefreshAsync(tokens.Refresh)).Status);
        Assert.Equal(503, (await host.RefreshAsync(tokens.Refresh)).Status);
        host.Simulator.Faults.Set(Operation.Token, null);
        Assert.Equal(200, (await host.RefreshAsync(tokens.Refresh)).Status);
    }

    [Fact]
    public async Task Genuine_token_answers_can_be_tampered_with()
    {
        await using var host = await SimulatorHost.StartAsync();
        var refresh = (await host.LoginAsync()).Refresh;
        host.Simulator.Faults.Enqueue(Operation.Refresh, Fault.NoAccessToken);
        host.Simulator.Faults.Enqueue(Operation.Refresh, Fault.WrongTokenType);
        host.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Oversize);

        Assert.DoesNotContain("access_token", (await host.RefreshAsync(refresh)).Json);
        Assert.Equal("mac", (await host.RefreshAsync(refresh))["token_type"]);
        Assert.True((await host.RefreshAsync(refresh)).Body.Length > 1024 * 1024);
    }

    [Fact]
    public async Task Genuine_identities_can_be_tampered_with()
    {
        await using var host = await SimulatorHost.StartAsync();
        var access = (await host.LoginAsync()).Access;
        var genuine = (await host.ProfileAsync(access))["user_id"];
        host.Simulator.Faults.Enqueue(Operation.TokenInfo, Fault.ForeignAudience);
        host.Simulator.Faults.Enqueue(Operation.Profile, Fault.ForeignUser);
        host.Simulator.Faults.Enqueue(Operation.Profile, Fault.MissingUserId);

        Assert.NotEqual(SimulatedClient.DefaultId, (await host.TokenInfoAsync(access))["aud"]);
        Assert.NotEqual(genuine, (await host.ProfileAsync(access))["user_id"]);
        Assert.DoesNotContain("user_id", (await host.ProfileAsync(access)).Json);
    }

    [Fact]
    public async Task A_host_with_slow_answers_stops_at_once()
    {
        var host = await SimulatorHost.StartAsync();
        host.Simulator.Faults.Set(Operation.Profile, Fault.Slow(TimeSpan.FromHours(1)));
        host.Simulator.Faults.Set(Operation.Authorize, Fault.Slow(TimeSpan.FromHours(1)));
        var calls = new[] { host.ProfileAsync("Atza|x"), host.GetAsync(SimulatorHost.Authorize()) };
        await host.Simulator.Calls.WaitForAsync(Operation.Profile, 1, TestContext.Current.CancellationToken);
        await host.Simulator.Calls.WaitForAsync(Operation.Authorize, 1, TestContext.Current.CancellationToken);

        // The clock of the test stands still: only the shutdown can end these delays.
        await host.StopAsync().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        await Task.WhenAll(calls).ContinueWith(_ => { }, TestContext.Current.CancellationToken, TaskContinuationOptions.None, TaskScheduler.Default);
        await host.DisposeAsync();
    }
}
