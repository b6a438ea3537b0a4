namespace BffBroker.Tests.Simulator;

/// <summary>A customer removes the app at Amazon.</summary>
public sealed class RevocationTests
{
    [Fact]
    public async Task Removing_the_app_kills_the_tokens_of_that_customer_alone()
    {
        await using var host = await SimulatorHost.StartAsync();
        var ada = await host.LoginAsync();
        var pending = await host.CodeAsync();
        host.Settings.AutoApprove = "zoe";
        var zoe = await host.LoginAsync();

        host.Simulator.RevokeGrants("ada");

        Assert.Equal("invalid_grant", (await host.RefreshAsync(ada.Refresh))["error"]);
        Assert.Equal("invalid_token", (await host.ProfileAsync(ada.Access))["error"]);
        Assert.Equal("invalid_grant", (await host.ExchangeAsync(pending))["error"]);
        Assert.Equal(200, (await host.RefreshAsync(zoe.Refresh)).Status);
        Assert.Equal(200, (await host.ProfileAsync(zoe.Access)).Status);
    }

    [Fact]
    public async Task A_customer_can_be_named_by_user_id_and_can_sign_in_again()
    {
        await using var host = await SimulatorHost.StartAsync();
        var before = await host.LoginAsync();
        host.Simulator.RevokeGrants((await host.ProfileAsync(before.Access))["user_id"]!);

        var after = await host.LoginAsync();

        Assert.Equal(400, (await host.RefreshAsync(before.Refresh)).Status);
        Assert.Equal(200, (await host.RefreshAsync(after.Refresh)).Status);
    }

    [Fact]
    public async Task Access_tokens_can_outlive_the_revocation()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.RevocationKillsAccessTokens = false;
        var tokens = await host.LoginAsync();

        host.Simulator.RevokeGrants("ada");

        Assert.Equal(200, (await host.ProfileAsync(tokens.Access)).Status);
        Assert.Equal(400, (await host.RefreshAsync(tokens.Refresh)).Status);
    }
}
