using AmazonSimulator;

namespace BffBroker.Tests.Simulator;

public sealed class TokenInfoTests
{
    [Fact]
    public async Task The_answer_counts_down_and_says_when_it_began()
    {
        await using var host = await SimulatorHost.StartAsync();
        var issuedAt = host.Clock.GetUtcNow().ToUnixTimeSeconds();
        var tokens = await host.LoginAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(100));

        var answer = await host.TokenInfoAsync(tokens.Access);

        Assert.Equal(3500, (int)answer.Json["exp"]!);
        Assert.Equal(issuedAt, (long)answer.Json["iat"]!);
        Assert.Equal("https://www.amazon.com", answer["iss"]);
        Assert.Equal(SimulatedClient.DefaultId, answer["aud"]);
        Assert.Matches("^amzn1\\.application\\.[0-9a-f]{32}$", answer["app_id"]);
        Assert.Equal((await host.ProfileAsync(tokens.Access))["user_id"], answer["user_id"]);
        Assert.NotEmpty(answer.Headers.GetValues("x-amzn-RequestId"));
    }

    [Fact]
    public async Task A_token_of_another_client_shows_that_client()
    {
        await using var host = await SimulatorHost.StartAsync();
        var code = await host.CodeAsync(("client_id", SimulatorHost.ForeignId));
        var foreign = Tokens.In(await host.ExchangeAsync(code, ("client_id", SimulatorHost.ForeignId), ("client_secret", SimulatorHost.ForeignSecret)));

        Assert.Equal(SimulatorHost.ForeignId, (await host.TokenInfoAsync(foreign.Access))["aud"]);
    }

    [Fact]
    public async Task The_path_has_a_second_spelling()
    {
        await using var host = await SimulatorHost.StartAsync();
        var tokens = await host.LoginAsync();

        Assert.Equal(200, (await host.GetAsync($"/auth/O2/tokeninfo?access_token={Uri.EscapeDataString(tokens.Access)}")).Status);
    }

    [Fact]
    public async Task The_token_comes_by_query_alone()
    {
        await using var host = await SimulatorHost.StartAsync();
        var tokens = await host.LoginAsync();

        var answer = await host.GetAsync("/auth/o2/tokeninfo", ("Authorization", $"Bearer {tokens.Access}"));

        Assert.Equal((400, "invalid_request"), (answer.Status, answer["error"]));
    }

    [Fact]
    public async Task A_refresh_token_is_no_access_token()
    {
        await using var host = await SimulatorHost.StartAsync();
        var tokens = await host.LoginAsync();

        var answer = await host.TokenInfoAsync(tokens.Refresh);

        Assert.Equal((400, "invalid_token"), (answer.Status, answer["error"]));
    }
}
