using AmazonSimulator;

namespace BffBroker.Tests.Simulator;

public sealed class RefreshTests
{
    [Fact]
    public async Task By_default_the_same_refresh_token_comes_back_with_a_new_access_token()
    {
        await using var host = await SimulatorHost.StartAsync();
        var tokens = await host.LoginAsync();

        var first = Tokens.In(await host.RefreshAsync(tokens.Refresh));
        var second = Tokens.In(await host.RefreshAsync(tokens.Refresh));

        Assert.Equal(tokens.Refresh, first.Refresh);
        Assert.Equal(3, new[] { tokens.Access, first.Access, second.Access }.Distinct().Count());
        Assert.Equal(200, (await host.ProfileAsync(second.Access)).Status);
    }

    [Theory]
    [InlineData(nameof(RefreshMode.NewTokenOldGood), 200)]
    [InlineData(nameof(RefreshMode.NewTokenOldDies), 400)]
    public async Task A_new_refresh_token_leaves_the_old_one_good_or_dead(string mode, int oldStatus)
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.RefreshMode = Enum.Parse<RefreshMode>(mode);
        var tokens = await host.LoginAsync();

        var next = Tokens.In(await host.RefreshAsync(tokens.Refresh));

        Assert.NotEqual(tokens.Refresh, next.Refresh);
        Assert.Equal(oldStatus, (await host.RefreshAsync(tokens.Refresh)).Status);
        Assert.Equal(200, (await host.RefreshAsync(next.Refresh)).Status);
    }

    [Fact]
    public async Task Of_many_refreshes_with_a_rotating_token_exactly_one_wins()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.RefreshMode = RefreshMode.NewTokenOldDies;
        var tokens = await host.LoginAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.RefreshAsync(tokens.Refresh)));

        Assert.Single(answers, answer => answer.Status == 200);
    }

    [Fact]
    public async Task The_answer_can_come_without_a_refresh_token()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.RefreshMode = RefreshMode.NoTokenInAnswer;
        var tokens = await host.LoginAsync();

        Assert.DoesNotContain("refresh_token", (await host.RefreshAsync(tokens.Refresh)).Json);
        Assert.Equal(200, (await host.RefreshAsync(tokens.Refresh)).Status);
    }

    [Fact]
    public async Task The_random_mode_draws_for_each_call()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.RefreshMode = RefreshMode.Random;
        var current = (await host.LoginAsync()).Refresh;
        var seen = new HashSet<string>();

        // Three visible outcomes of at least one in four: 200 draws miss one of them less than once in 10^24 runs.
        for (var call = 0; call < 200; call++)
        {
            var answer = await host.RefreshAsync(current);
            seen.Add(answer["refresh_token"] is not { } next ? "none" : next == current ? "same" : "new");
            current = answer["refresh_token"] ?? current;
        }

        Assert.Equal(["new", "none", "same"], seen.Order());
    }

    [Theory]
    [InlineData(false, 200)]
    [InlineData(true, 400)]
    public async Task Reuse_of_a_dead_token_kills_the_whole_grant_if_asked_to(bool detection, int status)
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.RefreshMode = RefreshMode.NewTokenOldDies;
        host.Settings.ReuseDetection = detection;
        var tokens = await host.LoginAsync();
        var bystander = await host.LoginAsync();
        var next = Tokens.In(await host.RefreshAsync(tokens.Refresh));

        Assert.Equal("invalid_grant", (await host.RefreshAsync(tokens.Refresh))["error"]);

        Assert.Equal(status, (await host.ProfileAsync(next.Access)).Status);
        Assert.Equal(status, (await host.RefreshAsync(next.Refresh)).Status);
        Assert.Equal(200, (await host.RefreshAsync(bystander.Refresh)).Status);
    }

    [Fact]
    public async Task A_refresh_token_is_bound_to_its_client()
    {
        await using var host = await SimulatorHost.StartAsync();
        var tokens = await host.LoginAsync();

        var answer = await host.RefreshAsync(tokens.Refresh, ("client_id", SimulatorHost.ForeignId), ("client_secret", SimulatorHost.ForeignSecret));

        Assert.Equal((400, "invalid_grant"), (answer.Status, answer["error"]));
        Assert.EndsWith(": refresh_token", answer["error_description"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client_secret", null, 401, "invalid_client")]
    [InlineData("refresh_token", null, 400, "invalid_request")]
    [InlineData("refresh_token", "Atzr|unknown", 400, "invalid_grant")]
    public async Task Refusals_have_Amazon_s_status_and_error(string parameter, string? value, int status, string error)
    {
        await using var host = await SimulatorHost.StartAsync();
        var tokens = await host.LoginAsync();

        var answer = await host.RefreshAsync(tokens.Refresh, (parameter, value));

        Assert.Equal((status, error), (answer.Status, answer["error"]));
    }
}
