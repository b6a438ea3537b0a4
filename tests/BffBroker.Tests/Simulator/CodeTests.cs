using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AmazonSimulator;

namespace BffBroker.Tests.Simulator;

public sealed class CodeTests
{
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private static readonly string Hashed = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    [Fact]
    public async Task Codes_have_the_length_and_the_look_of_amazons()
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

    public static TheoryData<string, string?> Methods => new() { { Hashed, "S256" }, { Verifier, "plain" }, { Verifier, null } };

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_verifier_that_meets_the_challenge_is_accepted_along_with_the_secret(string challenge, string? method)
    {
        await using var host = await SimulatorHost.StartAsync();
        var code = await host.CodeAsync(("code_challenge", challenge), ("code_challenge_method", method));

        var answer = await host.ExchangeAsync(code, ("code_verifier", Verifier));

        Assert.Equal(200, answer.Status);
        Assert.NotNull(answer["refresh_token"]);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_verifier_alone_gets_no_refresh_token(string challenge, string? method)
    {
        await using var host = await SimulatorHost.StartAsync();
        var code = await host.CodeAsync(("code_challenge", challenge), ("code_challenge_method", method));

        var answer = await host.ExchangeAsync(code, ("code_verifier", Verifier), ("client_secret", null));

        Assert.Equal(200, answer.Status);
        Assert.Equal(["access_token", "token_type", "expires_in"], answer.Json.Select(member => member.Key));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXX")]
    [InlineData("short")]
    public async Task A_wrong_or_missing_verifier_fails(string? verifier)
    {
        await using var host = await SimulatorHost.StartAsync();
        var code = await host.CodeAsync(("code_challenge", Hashed), ("code_challenge_method", "S256"));

        var answer = await host.ExchangeAsync(code, ("code_verifier", verifier));

        Assert.Equal((400, "invalid_grant"), (answer.Status, answer["error"]));
    }

    [Fact]
    public async Task A_challenge_sent_as_its_own_verifier_fails()
    {
        await using var host = await SimulatorHost.StartAsync();
        var code = await host.CodeAsync(("code_challenge", Hashed), ("code_challenge_method", "S256"));

        Assert.Equal("invalid_grant", (await host.ExchangeAsync(code, ("code_verifier", Hashed)))["error"]);
    }

    [Fact]
    public async Task A_verifier_that_is_too_short_fails_even_if_it_fits()
    {
        await using var host = await SimulatorHost.StartAsync();
        var challenge = Base64Url.EncodeToString(SHA256.HashData("short"u8));
        var code = await host.CodeAsync(("code_challenge", challenge), ("code_challenge_method", "S256"));

        Assert.Equal("invalid_grant", (await host.ExchangeAsync(code, ("code_verifier", "short")))["error"]);
    }

    [Fact]
    public async Task A_verifier_nobody_asked_for_fails()
    {
        await using var host = await SimulatorHost.StartAsync();

        Assert.Equal("invalid_grant", (await host.ExchangeAsync(await host.CodeAsync(), ("code_verifier", Verifier)))["error"]);
    }

    [Fact]
    public async Task Without_challenge_and_without_secret_there_is_no_exchange()
    {
        await using var host = await SimulatorHost.StartAsync();

        var answer = await host.ExchangeAsync(await host.CodeAsync(), ("client_secret", null));

        Assert.Equal((401, "invalid_client"), (answer.Status, answer["error"]));
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
