using System.Text;
using AmazonSimulator;

namespace BffBroker.Tests.Simulator;

public sealed class ControlApiTests
{
    [Fact]
    public async Task Settings_are_shown_and_changed()
    {
        await using var host = await SimulatorHost.StartAsync();

        var answer = await PostAsync(host, "settings", """{"tokenLifetime":60.5,"refreshMode":"NewTokenOldDies","autoApprove":"zoe","codeLength":18}""");

        Assert.Equal(200, answer.Status);
        Assert.Equal("60.5", (await host.GetAsync("/simulator/settings"))["tokenLifetime"]);
        Assert.Equal(TimeSpan.FromSeconds(60.5), host.Settings.TokenLifetime);
        Assert.Equal((RefreshMode.NewTokenOldDies, "zoe", 18), (host.Settings.RefreshMode, host.Settings.AutoApprove, host.Settings.CodeLength));
    }

    [Theory]
    [InlineData("""{"latency":1,"nonsense":1}""", "refreshMode")]
    [InlineData("""{"latency":1,"refreshMode":"Sometimes"}""", "NoTokenInAnswer")]
    [InlineData("""{"latency":1,"refreshMode":1}""", "NoTokenInAnswer")]
    [InlineData("""{"latency":1,"accessTokenLength":2049}""", "2048")]
    [InlineData("""{"latency":1,"codeLength":17}""", "18")]
    [InlineData("""{"latency":1,"autoApprove":"nobody"}""", "ada")]
    [InlineData("""{"latency":1,"secondHost":"somewhere"}""", "URL")]
    [InlineData("""{"latency":1,"tokenLifetime":"60"}""", "seconds")]
    [InlineData("""{"latency":-1}""", "negative")]
    [InlineData("not json", "error")]
    public async Task A_wrong_setting_changes_nothing_and_says_what_would_be_right(string body, string hint)
    {
        await using var host = await SimulatorHost.StartAsync();

        var answer = await PostAsync(host, "settings", body);

        Assert.Equal(400, answer.Status);
        Assert.Contains(hint, answer.Body, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, host.Settings.Latency);
    }

    [Fact]
    public async Task Faults_are_planned_listed_and_cleared()
    {
        await using var host = await SimulatorHost.StartAsync();

        await PostAsync(host, "faults", """{"operation":"profile","fault":"status","status":418,"body":"tea","contentType":"text/tea","retryAfter":9}""");
        var planned = await PostAsync(host, "faults", """{"operation":"profile","fault":"emptyBody","status":502,"always":true}""");
        var tea = await host.ProfileAsync("x");

        Assert.Equal((1, 1), (planned.Json["next"]!.AsArray().Count, planned.Json["always"]!.AsArray().Count));
        Assert.Equal((418, "tea", "text/tea"), (tea.Status, tea.Body, tea.ContentType));
        Assert.Equal(502, (await host.ProfileAsync("x")).Status);
        Assert.Equal(502, (await host.ProfileAsync("x")).Status);
        await host.DeleteAsync("/simulator/faults");
        Assert.Equal(400, (await host.ProfileAsync("x")).Status);
    }

    [Theory]
    [InlineData("""{"operation":"nothing","fault":"reset"}""", "token:refresh_token")]
    [InlineData("""{"operation":"token","fault":"nothing"}""", "htmlUnavailable")]
    [InlineData("""{"operation":"token","fault":"reset","times":0}""", "times")]
    [InlineData("""{"operation":"token","fault":"reset","tmes":1}""", "tmes")]
    public async Task A_fault_that_cannot_be_planned_says_why(string body, string hint)
    {
        await using var host = await SimulatorHost.StartAsync();

        var answer = await PostAsync(host, "faults", body);

        Assert.Equal(400, answer.Status);
        Assert.Contains(hint, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_customer_can_remove_the_app()
    {
        await using var host = await SimulatorHost.StartAsync();
        var tokens = await host.LoginAsync();

        Assert.Equal(204, (await host.PostAsync("/simulator/customers/ada/revoke", null)).Status);
        Assert.Equal(404, (await host.PostAsync("/simulator/customers/nobody/revoke", null)).Status);

        Assert.Equal("invalid_grant", (await host.RefreshAsync(tokens.Refresh))["error"]);
    }

    [Fact]
    public async Task The_clock_goes_forward_and_not_back()
    {
        await using var host = await SimulatorHost.StartAsync();
        var code = await host.CodeAsync();

        Assert.Equal(200, (await PostAsync(host, "clock", """{"advance":300}""")).Status);
        Assert.Equal(400, (await PostAsync(host, "clock", """{"advance":-300}""")).Status);

        Assert.Equal("invalid_grant", (await host.ExchangeAsync(code))["error"]);
    }

    [Fact]
    public async Task A_secret_is_rotated_and_the_old_one_is_good_until_it_is_ended()
    {
        await using var host = await SimulatorHost.StartAsync();
        var tokens = await host.LoginAsync();

        var secret = (await host.PostAsync($"/simulator/clients/{SimulatedClient.DefaultId}/secret", null))["secret"];
        Assert.Equal(200, (await host.RefreshAsync(tokens.Refresh)).Status);
        Assert.Equal(200, (await host.RefreshAsync(tokens.Refresh, ("client_secret", secret))).Status);
        await host.DeleteAsync($"/simulator/clients/{SimulatedClient.DefaultId}/previous-secret");

        var old = await host.RefreshAsync(tokens.Refresh);
        Assert.Equal((401, "invalid_client"), (old.Status, old["error"]));
        Assert.Equal(200, (await host.RefreshAsync(tokens.Refresh, ("client_secret", secret))).Status);
        Assert.DoesNotContain(secret!, (await host.GetAsync("/simulator/clients")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_uri_can_be_registered()
    {
        await using var host = await SimulatorHost.StartAsync();

        var refused = await PostAsync(host, $"clients/{SimulatedClient.DefaultId}/redirect-uris", """{"uri":"http://app.example/cb"}""");
        var accepted = await PostAsync(host, $"clients/{SimulatedClient.DefaultId}/redirect-uris", """{"uri":"http://localhost:3000/cb"}""");

        Assert.Equal((400, 200), (refused.Status, accepted.Status));
        Assert.Equal(200, (await host.GetAsync(SimulatorHost.Authorize(("redirect_uri", "http://localhost:3000/cb")))).Status);
    }

    [Fact]
    public async Task Calls_are_listed_and_cleared()
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.LoginAsync();

        Assert.Contains("\"grantType\": \"authorization_code\"", (await host.GetAsync("/simulator/calls")).Body, StringComparison.Ordinal);
        Assert.Equal(204, (await host.DeleteAsync("/simulator/calls")).Status);
        Assert.Equal("[]", (await host.GetAsync("/simulator/calls")).Body);
    }

    [Fact]
    public async Task A_reset_brings_back_the_beginning()
    {
        await using var host = await SimulatorHost.StartAsync(options => options.Settings.AutoApprove = "kim");
        var tokens = await host.LoginAsync();
        await PostAsync(host, "settings", """{"autoApprove":"bob","latency":0.001}""");
        await PostAsync(host, "clock", """{"advance":5}""");
        await PostAsync(host, "faults", """{"operation":"profile","fault":"reset","always":true}""");
        await host.PostAsync($"/simulator/clients/{SimulatedClient.DefaultId}/secret", null);

        Assert.Equal(204, (await host.PostAsync("/simulator/reset", null)).Status);

        Assert.Equal(("kim", TimeSpan.Zero, TimeSpan.Zero), (host.Settings.AutoApprove, host.Settings.Latency, host.Simulator.Clock.Offset));
        Assert.Equal(SimulatedClient.DefaultSecret, host.Simulator.Clients.All[0].Secret);
        Assert.Empty(host.Simulator.Calls.All);
        Assert.Equal("invalid_token", (await host.ProfileAsync(tokens.Access))["error"]);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 204)]
    [InlineData("Origin", "https://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    public async Task Foreign_pages_have_no_control(string header, string value, int status)
    {
        await using var host = await SimulatorHost.StartAsync();

        Assert.Equal(status, (await host.PostAsync("/simulator/reset", new StringContent("", Encoding.UTF8, "text/plain"), (header, value))).Status);
        Assert.Equal(status, (await host.PostAsync("/eu/simulator/reset", null, (header, value))).Status);
    }

    [Fact]
    public async Task Clients_and_settings_come_from_the_configuration()
    {
        await using var host = await SimulatorHost.StartAsync(args:
        [
            "--Simulator:Clients:0:Id=mine", "--Simulator:Clients:0:Secret=s", "--Simulator:Clients:0:RedirectUris:0=https://app.example/cb",
            "--Simulator:Settings:TokenLifetime=00:01:00",
        ]);

        Assert.Equal(["mine", SimulatorHost.ForeignId], host.Simulator.Clients.All.Select(client => client.Id));
        Assert.Equal(["https://app.example/cb"], host.Simulator.Clients.All[0].RedirectUris);
        Assert.Equal(TimeSpan.FromMinutes(1), host.Settings.TokenLifetime);
    }

    private static Task<Answer> PostAsync(SimulatorHost host, string path, string json) =>
        host.PostAsync($"/simulator/{path}", new StringContent(json, Encoding.UTF8, "application/x-www-form-urlencoded"));
}
