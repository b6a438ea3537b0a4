using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace BffBroker.Tests.Simulator;

/// <summary>PKCE: a code with a challenge is exchanged for its verifier alone.</summary>
public sealed class CodeChallengeTests
{
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private static readonly string Hashed = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

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
}
