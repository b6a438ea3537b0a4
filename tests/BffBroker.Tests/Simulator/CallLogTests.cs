using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Simulator;

public sealed class CallLogTests
{
    [Fact]
    public async Task Every_call_is_listed_with_what_became_of_it()
    {
        await using var host = await SimulatorHost.StartAsync();
        var tokens = await host.LoginAsync();
        await host.RefreshAsync(tokens.Refresh);
        await host.RefreshAsync("Atzr|wrong");
        await host.GetAsync("/eu/user/profile");

        var calls = host.Simulator.Calls;

        Assert.Equal(
            ["authorize 302", "token:authorization_code 200", "token:refresh_token 200", "token:refresh_token 400", "profile 400"],
            calls.All.Select(call => $"{call.Operation} {call.Status}"));
        Assert.Equal((1, 2, 3), (calls.TokenCalls("authorization_code"), calls.TokenCalls("refresh_token"), calls.Count(Operation.Token)));
        Assert.Equal(("eu", "/user/profile", host.Clock.GetUtcNow()), (calls.All[^1].Region, calls.All[^1].Path, calls.All[^1].At));

        calls.Clear();
        Assert.Empty(calls.All);
    }

    [Fact]
    public async Task Neither_calls_nor_logs_contain_a_secret()
    {
        using var logs = new RecordingLog();
        await using var host = await SimulatorHost.StartAsync(logs: logs);
        var code = await host.CodeAsync(("state", "state-value"));
        var tokens = Tokens.In(await host.ExchangeAsync(code));
        await host.RefreshAsync(tokens.Refresh);
        await host.TokenInfoAsync(tokens.Access);
        await host.GetAsync($"/user/profile?access_token={tokens.Access}");
        await host.RefreshAsync(tokens.Refresh, ("grant_type", "secret-in-the-wrong-place"));

        var written = string.Join('\n', host.Simulator.Calls.All.Select(call => call.ToString()).Prepend(logs.Text));

        Assert.Contains("tokeninfo answered with 200", written, StringComparison.Ordinal);
        string[] secrets = [code, tokens.Access, tokens.Refresh, "Atza", "Atzr", SimulatedClient.DefaultSecret, "state-value", "secret-in-the-wrong-place"];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, written, StringComparison.Ordinal));
    }
}
