using AmazonSimulator;

namespace BffBroker.Tests.Simulator;

public sealed class CodeTests
{
    [Fact]
    public async Task Codes_have_the_length_and_the_look_of_Amazon_s()
    {
        await using var host = await SimulatorHost.StartAsync();

        var codes = new List<string> { await host.CodeAsync(), await host.CodeAsync(), await host.CodeAsync() };

        Assert.Equal([18, 20, 128], codes.Select(code => code.Length).Order());
        Assert.All(codes, code => Assert.Matches("^AN[A-Za-z0-9]+$", code));
    }

    [Theory]
    [InlineData(299, 200)]
    [InlineData(300, 400)]
    public async Task A_code_lives_for_five_minutes(int seconds, int status)
    {
        await using var host = await SimulatorHost.StartAsync();
        var code = await host.CodeAsync();

        host.Clock.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(status, (await host.ExchangeAsync(code)).Status);
    }

    [Fact]
    public async Task Of_many_exchanges_of_one_code_exactly_one_wins()
    {
        await using var host = await SimulatorHost.StartAsync();
        var code = await host.CodeAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.ExchangeAsync(code)));

        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => Assert.Equal("invalid_grant", answer["error"]));
    }

    [Theory]
    [InlineData(false, 200)]
    [InlineData(true, 400)]
    public async Task A_replayed_code_takes_its_tokens_along_if_asked_to(bool kills, int status)
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.CodeReplayKillsGrant = kills;
        var code = await host.CodeAsync();
        var tokens = Tokens.In(await host.ExchangeAsync(code));

        await host.ExchangeAsync(code);

        Assert.Equal(status, (await host.ProfileAsync(tokens.Access)).Status);
    }

    [Fact]
    public async Task A_code_is_bound_to_its_client()
    {
        await using var host = await SimulatorHost.StartAsync();
        var code = await host.CodeAsync();

        var answer = await host.ExchangeAsync(code, ("client_id", SimulatorHost.ForeignId), ("client_secret", SimulatorHost.ForeignSecret));

        Assert.Equal((400, "invalid_grant"), (answer.Status, answer["error"]));
    }

    [Fact]
    public async Task A_code_is_bound_to_its_redirect_uri()
    {
        await using var host = await SimulatorHost.StartAsync();

        var answer = await host.ExchangeAsync(await host.CodeAsync(), ("redirect_uri", "https://localhost:8443/callback"));

        Assert.Equal((400, "invalid_grant"), (answer.Status, answer["error"]));
        Assert.EndsWith(": redirect_uri", answer["error_description"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_is_bound_to_its_scope()
    {
        await using var host = await SimulatorHost.StartAsync();
        var tokens = await host.LoginAsync(("scope", "profile:user_id"));

        Assert.Equal(["user_id"], (await host.ProfileAsync(tokens.Access)).Json.Select(member => member.Key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/na")]
    [InlineData("/eu")]
    [InlineData("/fe")]
    public async Task Codes_and_tokens_are_good_at_every_regional_base(string region)
    {
        await using var host = await SimulatorHost.StartAsync();
        var code = await host.CodeAsync();

        var answer = await host.TokenAsync(region, [], ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", SimulatorHost.RedirectUri),
            ("client_id", SimulatedClient.DefaultId), ("client_secret", SimulatedClient.DefaultSecret));
        var tokens = Tokens.In(answer);

        await Assert.AllAsync(["", "/na", "/eu", "/fe"], async other => Assert.Equal(
            200, (await host.GetAsync($"{other}/user/profile", ("Authorization", $"Bearer {tokens.Access}"))).Status));
        Assert.Equal(region.TrimStart('/'), host.Simulator.Calls.All.Single(call => call.Operation == Operation.CodeExchange).Region);
    }
}
