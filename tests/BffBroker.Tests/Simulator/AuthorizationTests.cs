using AmazonSimulator;
using Microsoft.Extensions.Options;

namespace BffBroker.Tests.Simulator;

public sealed class AuthorizationTests
{
    [Theory]
    [InlineData("http://localhost:8080/callback/")]
    [InlineData("http://localhost:8080/Callback")]
    [InlineData("https://localhost:8080/callback")]
    [InlineData("http://localhost:8081/callback")]
    [InlineData("http://LOCALHOST:8080/callback")]
    [InlineData("http://localhost:8080/callback?x=1")]
    [InlineData("https://evil.example/callback")]
    [InlineData(null)]
    public async Task A_redirect_uri_that_is_not_registered_to_the_letter_ends_on_a_page(string? redirectUri)
    {
        await using var host = await SimulatorHost.StartAsync();

        var answer = await host.GetAsync(SimulatorHost.Authorize(("redirect_uri", redirectUri)));

        Assert.Equal(400, answer.Status);
        Assert.Null(answer.Headers.Location);
        Assert.Contains("400 Bad Request", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://app.example/callback")]
    [InlineData("http://127.0.0.1:8080/callback")]
    [InlineData("https://app.example/callback#here")]
    [InlineData("/callback")]
    public async Task A_redirect_uri_the_console_would_refuse_stops_the_start(string redirectUri)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            SimulatorHost.StartAsync(options => options.Clients[0].RedirectUris.Add(redirectUri)));

        Assert.Contains(redirectUri, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_uri_keeps_its_query()
    {
        await using var host = await SimulatorHost.StartAsync(options => options.Clients[0].RedirectUris.Add("https://app.example/cb?close"));
        host.Settings.AutoApprove = "ada";

        var answer = await host.GetAsync(SimulatorHost.Authorize(("redirect_uri", "https://app.example/cb?close")));

        Assert.StartsWith("https://app.example/cb?close&code=AN", answer.Location, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("amzn1.application-oa2-client.unknown")]
    [InlineData("")]
    [InlineData(null)]
    public async Task An_unknown_client_ends_on_a_page(string? clientId)
    {
        await using var host = await SimulatorHost.StartAsync();

        var answer = await host.GetAsync(SimulatorHost.Authorize(("client_id", clientId)));

        Assert.Equal(400, answer.Status);
        Assert.StartsWith("text/html", answer.ContentType, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openid")]
    [InlineData("profile openid")]
    [InlineData("alexa:all")]
    public async Task An_unknown_scope_goes_back_to_the_client(string scope)
    {
        await using var host = await SimulatorHost.StartAsync();

        var answer = await host.GetAsync(SimulatorHost.Authorize(("scope", scope)));

        Assert.Equal(
            $"{SimulatorHost.RedirectUri}?error_description=An+unknown+scope+was+requested&state=the-state&error=invalid_scope", answer.Location);
    }

    [Fact]
    public async Task An_unknown_scope_can_end_on_a_page_instead()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.UnknownScopeAsPage = true;

        Assert.Equal(400, (await host.GetAsync(SimulatorHost.Authorize(("scope", "openid")))).Status);
    }

    [Theory]
    [InlineData("token", "unsupported_response_type")]
    [InlineData("code token", "unsupported_response_type")]
    [InlineData(null, "invalid_request")]
    public async Task Only_the_response_type_code_is_served(string? responseType, string error)
    {
        await using var host = await SimulatorHost.StartAsync();

        Assert.Equal(error, (await host.GetAsync(SimulatorHost.Authorize(("response_type", responseType)))).Redirect["error"]);
    }

    [Theory]
    [InlineData("scope", null)]
    [InlineData("scope", " ")]
    [InlineData("scope_data", "not json")]
    [InlineData("scope_data", "{\"profile\":{\"essential\":\"no\"}}")]
    [InlineData("code_challenge", "too-short")]
    [InlineData("code_challenge_method", "S256")]
    public async Task What_the_request_gets_wrong_goes_back_to_the_client(string name, string? value)
    {
        await using var host = await SimulatorHost.StartAsync();

        Assert.Equal("invalid_request", (await host.GetAsync(SimulatorHost.Authorize((name, value)))).Redirect["error"]);
    }

    [Fact]
    public async Task A_parameter_sent_twice_is_refused()
    {
        await using var host = await SimulatorHost.StartAsync();

        Assert.Equal("invalid_request", (await host.GetAsync($"{SimulatorHost.Authorize()}&state=another")).Redirect["error"]);
    }

    [Theory]
    [InlineData("a%20b%2Bc+d%3D%25")]
    [InlineData("==")]
    [InlineData("%C3%A9%F0%9F%8E%89%00%0D%0A")]
    [InlineData("")]
    public async Task The_state_comes_back_byte_for_byte(string raw)
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.AutoApprove = "ada";

        var answer = await host.GetAsync($"{SimulatorHost.Authorize(("state", null))}&state={raw}");

        Assert.EndsWith($"&state={raw}", answer.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Success_carries_code_scope_and_state()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.AutoApprove = "ada";

        var answer = await host.GetAsync(SimulatorHost.Authorize(("scope", "profile profile:user_id postal_code")));

        Assert.Equal(302, answer.Status);
        Assert.Equal(["code", "scope", "state"], answer.Redirect.Names);
        Assert.Contains("&scope=profile+profile%3Auser_id+postal_code&", answer.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_scope_can_be_left_out_of_the_answer()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.AutoApprove = "ada";
        host.Settings.OmitScope = true;

        Assert.Equal(["code", "state"], (await host.GetAsync(SimulatorHost.Authorize())).Redirect.Names);
    }

    [Fact]
    public async Task The_browser_can_be_sent_to_a_second_host_first()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.AutoApprove = "ada";
        host.Settings.SecondHost = $"{host.BaseAddress}eu/";

        var hop = await host.GetAsync(SimulatorHost.Authorize());
        Assert.Matches($"^{host.BaseAddress}eu/ap/oa\\?arb=[0-9a-f-]{{36}}$", hop.Location);

        Assert.Equal("the-state", (await host.GetAsync(hop.Location)).Redirect["state"]);
    }

    [Theory]
    [InlineData("/ap/oa/")]
    [InlineData("/AP/oa")]
    [InlineData("/ap/oa?arb=unknown", 400)]
    public async Task Neither_other_paths_nor_unknown_sign_ins_go_anywhere(string path, int status = 404)
    {
        await using var host = await SimulatorHost.StartAsync();

        Assert.Equal(status, (await host.GetAsync(path)).Status);
    }

    [Fact]
    public async Task A_planned_error_goes_back_to_the_client()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Simulator.Faults.Enqueue(Operation.Authorize, Fault.OAuthError(503, "temporarily_unavailable", "Try later"));

        Assert.Equal("temporarily_unavailable", (await host.GetAsync(SimulatorHost.Authorize())).Redirect["error"]);
        Assert.Equal(200, (await host.GetAsync(SimulatorHost.Authorize())).Status);
    }
}
