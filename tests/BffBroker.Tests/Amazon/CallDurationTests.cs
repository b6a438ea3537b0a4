using BffBroker.Tests.Support;

namespace BffBroker.Tests.Amazon;

/// <summary>The histogram <c>bff.amazon.duration</c>: one measurement for each call, by its operation and outcome.</summary>
public sealed class CallDurationTests
{
    public static TheoryData<string, string> Words => new()
    {
        { "200", "ok" },
        { "400", "rejected" },
        { "invalid_client", "client_rejected" },
        { "unauthorized_client", "client_rejected" },
        { "302", "rejected" },
        { "503", "transient" },
        { "reset", "unanswered" },
        { "silence", "timeout" },
    };

    [Theory]
    [MemberData(nameof(Words))]
    public async Task Each_call_is_measured_with_its_outcome(string happening, string word)
    {
        var answer = happening switch
        {
            "reset" => WireAnswer.Reset,
            "silence" => WireAnswer.Silence,
            "invalid_client" or "unauthorized_client" => WireAnswer.Json(400, $$"""{"error":"{{happening}}"}"""),
            _ => WireAnswer.Json(int.Parse(happening, null), ""),
        };
        using var amazon = WireServer.Start(answer);
        using var client = new AmazonClient(amazon.Url, configure: options => options.Timeout = TimeSpan.FromSeconds(happening == "silence" ? 0.2 : 20));

        await client.ExchangeCodeAsync();

        Assert.Equal($"bff.amazon.duration authorization_code {word}", Assert.Single(client.Calls));
    }

    [Fact]
    public async Task Each_repeat_is_measured()
    {
        using var amazon = WireServer.Start(WireAnswer.Json(503, ""), WireAnswer.Json(200, """{"access_token":"Atza|a","token_type":"bearer","expires_in":3600}"""));
        using var client = new AmazonClient(amazon.Url);

        await client.RefreshAsync();

        Assert.Equal(["bff.amazon.duration refresh_token transient", "bff.amazon.duration refresh_token ok"], client.Calls);
    }
}
