using BffBroker.Amazon;
using BffBroker.OAuth;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Amazon;

public sealed class RepeatTests
{
    private static readonly WireAnswer Token = WireAnswer.Json(200, """{"access_token":"Atza|a","token_type":"bearer","expires_in":3600}""");
    private static readonly WireAnswer Profile = WireAnswer.Json(200, """{"user_id":"amzn1.account.X"}""");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool> LostAnswers =>
        new MatrixTheoryData<string, bool>(["reset", "nothing", "half status line", "half headers", "half body", "half chunk"], [false, true]);

    [Theory]
    [MemberData(nameof(LostAnswers))]
    public Task A_refresh_that_went_out_and_was_not_answered_whole_is_not_sent_again(string lost, bool isOnKeptConnection) =>
        AssertSentOnceAsync(lost, isOnKeptConnection, client => client.RefreshAsync());

    [Theory]
    [MemberData(nameof(LostAnswers))]
    public Task A_code_that_went_out_and_was_not_answered_whole_is_not_sent_again(string lost, bool isOnKeptConnection) =>
        AssertSentOnceAsync(lost, isOnKeptConnection, client => client.ExchangeCodeAsync());

    [Theory]
    [InlineData("reset")]
    [InlineData("half body")]
    public async Task A_profile_that_was_not_answered_whole_is_asked_for_again(string lost)
    {
        using var amazon = WireServer.Start(Lost(lost), Profile);
        using var client = new AmazonClient(amazon.Url);

        Assert.IsType<ProfileOutcome.Found>(await client.GetProfileAsync());

        Assert.Equal(2, amazon.Requests);
    }

    [Fact]
    public async Task A_refresh_that_runs_out_of_time_is_unanswered()
    {
        using var amazon = WireServer.Start(WireAnswer.Silence);
        using var client = new AmazonClient(amazon.Url);
        using var limit = new CancellationTokenSource();

        var refresh = client.RefreshAsync(limit.Token);
        await Wait.UntilAsync(() => amazon.Requests == 1, "the request");
        await limit.CancelAsync();

        Assert.IsType<TokenRequestOutcome.Unanswered>(await refresh);
        Assert.Equal(1, amazon.Requests);
    }

    [Fact]
    public async Task A_refresh_is_unanswered_when_only_the_previous_secret_s_try_was()
    {
        using var amazon = WireServer.Start(WireAnswer.Json(401, """{"error":"invalid_client"}"""), WireAnswer.Reset, Token);
        using var client = new AmazonClient(amazon.Url, configure: options => options.PreviousClientSecret = "previous");

        Assert.IsType<TokenRequestOutcome.Unanswered>(await client.RefreshAsync());

        Assert.Equal(2, amazon.Requests);
    }

    [Fact]
    public async Task A_refresh_that_found_no_connection_is_sent_once_there_is_one()
    {
        var clock = new ManualClock();
        using var amazon = WireServer.NotListening(Token);
        using var client = new AmazonClient(amazon.Url, clock);

        var refresh = client.RefreshAsync();
        await PauseAsync(clock);
        amazon.Listen();
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.IsType<TokenRequestOutcome.Issued>(await refresh);
        Assert.Equal(1, amazon.Requests);
    }

    [Fact]
    public async Task A_code_that_found_no_connection_is_unavailable_at_once()
    {
        using var amazon = WireServer.NotListening();
        using var client = new AmazonClient(amazon.Url, new ManualClock());

        Assert.Equal(new TokenRequestOutcome.Unavailable(null), await client.ExchangeCodeAsync());

        Assert.Equal("bff.amazon.duration authorization_code unreachable", Assert.Single(client.Calls));
    }

    [Theory]
    [InlineData("no TLS")]
    [InlineData("no end of connecting")]
    public async Task A_code_that_never_left_is_unavailable_and_not_unanswered(string trouble)
    {
        using var amazon = WireServer.Start(WireAnswer.Silence);
        await using var plain = await AmazonServer.StartAsync();
        using var client = new AmazonClient(new UriBuilder(trouble == "no TLS" ? plain.Url : amazon.Url) { Scheme = "https" }.Uri, configure: options => options.Timeout = TimeSpan.FromSeconds(20));

        Assert.Equal(new TokenRequestOutcome.Unavailable(null), await client.ExchangeCodeAsync());

        Assert.Equal("bff.amazon.duration authorization_code unreachable", Assert.Single(client.Calls));
    }

    [Theory]
    [InlineData(429, "")]
    [InlineData(500, """{"error":"invalid_grant"}""")]
    [InlineData(503, "<html></html>")]
    [InlineData(400, """{"error":"ServerError"}""")]
    public async Task A_refresh_that_was_turned_away_is_sent_twice_more_and_no_oftener(int status, string body)
    {
        var clock = new ManualClock();
        using var amazon = WireServer.Start(WireAnswer.Json(status, body));
        using var client = new AmazonClient(amazon.Url, clock);

        var refresh = client.RefreshAsync();
        while (!refresh.IsCompleted)
        {
            await Task.WhenAny(refresh, PauseAsync(clock));
            clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.IsType<TokenRequestOutcome.Unavailable>(await refresh);
        Assert.Equal(3, amazon.Requests);
    }

    [Theory]
    [InlineData(400, """{"error":"invalid_grant"}""")]
    [InlineData(401, """{"error":"invalid_client"}""")]
    [InlineData(404, "<UnknownOperationException/>")]
    [InlineData(200, "<html></html>")]
    public async Task An_answer_that_would_be_the_same_again_is_not_asked_for_again(int status, string body)
    {
        using var amazon = WireServer.Start(WireAnswer.Json(status, body), Token);
        using var client = new AmazonClient(amazon.Url);

        Assert.IsNotType<TokenRequestOutcome.Issued>(await client.RefreshAsync());

        Assert.Equal(1, amazon.Requests);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_short_Retry_After_is_waited_for_and_up_to_a_fifth_more(int seconds)
    {
        var clock = new ManualClock();
        using var amazon = WireServer.Start(WireAnswer.Json(503, "", $"Retry-After: {seconds}"), Token);
        using var client = new AmazonClient(amazon.Url, clock);

        var refresh = client.RefreshAsync();
        await PauseAsync(clock);
        clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
        var isTooEarly = refresh.IsCompleted || amazon.Requests > 1 || clock.WaitForTimerAsync(Cancellation) is { IsCompleted: false };
        clock.Advance(TimeSpan.FromSeconds(seconds) / 5);

        Assert.False(isTooEarly);
        Assert.IsType<TokenRequestOutcome.Issued>(await refresh);
        Assert.Equal(2, amazon.Requests);
    }

    [Fact]
    public async Task A_Retry_After_of_nothing_does_not_bring_everybody_back_at_once()
    {
        var clock = new ManualClock();
        using var amazon = WireServer.Start(WireAnswer.Json(503, "", "Retry-After: 0"), Token);
        using var client = new AmazonClient(amazon.Url, clock);

        var refresh = client.RefreshAsync();
        await Task.WhenAny(refresh, PauseAsync(clock));
        var isAtOnce = refresh.IsCompleted;
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.False(isAtOnce);
        Assert.IsType<TokenRequestOutcome.Issued>(await refresh);
    }

    [Fact]
    public async Task A_long_Retry_After_is_passed_on_at_once()
    {
        using var amazon = WireServer.Start(WireAnswer.Json(503, "", "Retry-After: 3"), Token);
        using var client = new AmazonClient(amazon.Url, new ManualClock());

        Assert.Equal(new TokenRequestOutcome.Unavailable(TimeSpan.FromSeconds(3)), await client.RefreshAsync());

        Assert.Equal(1, amazon.Requests);
    }

    [Fact]
    public async Task A_profile_is_repeated_only_within_Amazon_Timeout()
    {
        var clock = new ManualClock();
        using var amazon = WireServer.Start(WireAnswer.Json(503, "", "Retry-After: 2"), Profile);
        using var client = new AmazonClient(amazon.Url, clock, options => options.Timeout = TimeSpan.FromSeconds(1));

        var profile = client.GetProfileAsync();
        await Wait.UntilAsync(() => !client.Calls.IsEmpty, "the first answer");
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(new ProfileOutcome.Unavailable(TimeSpan.FromSeconds(2)), await profile);
        Assert.Equal(1, amazon.Requests);
    }

    [Fact]
    public async Task A_code_gets_Amazon_Timeout_for_both_secrets_together()
    {
        var clock = new ManualClock();
        using var amazon = WireServer.Start(WireAnswer.Json(401, """{"error":"invalid_client"}"""), WireAnswer.Silence);
        using var client = new AmazonClient(amazon.Url, clock, options => (options.PreviousClientSecret, options.Timeout) = ("previous", TimeSpan.FromSeconds(1)));

        var exchange = client.ExchangeCodeAsync();
        clock.Advance(TimeSpan.FromSeconds(0.5));
        await Wait.UntilAsync(() => amazon.Requests == 2, "the second secret");
        clock.Advance(TimeSpan.FromSeconds(0.5));

        Assert.IsType<TokenRequestOutcome.Unanswered>(await exchange);
    }

    private static async Task AssertSentOnceAsync(string lost, bool isOnKeptConnection, Func<AmazonClient, Task<TokenRequestOutcome>> send)
    {
        using var amazon = WireServer.Start(isOnKeptConnection ? [Token, Lost(lost), Token] : [Lost(lost), Token]);
        using var client = new AmazonClient(amazon.Url);
        if (isOnKeptConnection)
        {
            Assert.IsType<TokenRequestOutcome.Issued>(await send(client));
        }

        Assert.IsType<TokenRequestOutcome.Unanswered>(await send(client));

        Assert.Equal(isOnKeptConnection ? 2 : 1, amazon.Requests);
        Assert.Equal(1, amazon.Connections);
    }

    // Until the client pauses before a repeat.
    private static Task PauseAsync(ManualClock clock) => clock.WaitForTimerAsync(Cancellation).WaitAsync(TimeSpan.FromSeconds(20));

    private static WireAnswer Lost(string how) => how switch
    {
        "reset" => WireAnswer.Reset,
        "nothing" => WireAnswer.Cut(""),
        "half status line" => WireAnswer.Cut("HTTP/1.1 2"),
        "half headers" => WireAnswer.Cut("HTTP/1.1 200 OK\r\nContent-Type: app"),
        "half body" => WireAnswer.Cut("HTTP/1.1 503 X\r\nContent-Length: 100\r\n\r\n{"),
        _ => WireAnswer.Cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{"),
    };
}
