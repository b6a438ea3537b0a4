using System.Net;
using BffBroker.Tests.Api;
using BffBroker.Tests.Gateways;
using BffBroker.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Serilog.Events;

namespace BffBroker.Tests.Settings;

/// <summary>Lists that let everybody in where they are left out, and lose their last entry while the broker runs.</summary>
public sealed class AllowListTests : IDisposable
{
    private const string Deleted = "deleted";

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingSink _log = new();

    /// <summary>What a settings file may become in which a list had one entry.</summary>
    public static TheoryData<string> Emptied => [Deleted, "", "{ \"Gateway\": { \"Allow", "{}", .. new[] { "[]", "{}", "null", "\"\"", "[null]" }.Select(Both)];

    private string SettingsFile => Path.Combine(_folder.Path, "settings.json");

    private string OtherFile => Path.Combine(_folder.Path, "other.json");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Emptied))]
    public async Task A_list_that_loses_its_last_entry_leaves_the_last_one_in_force_and_the_log_says_so(string settings)
    {
        Write(SettingsFile, """{ "Gateway": { "AllowedUsers": [ "amzn1.account.SOMEBODY" ] }, "AllowedHosts": "localhost" }""");
        await using var world = await StartAsync();
        await AssertClosedAsync(world);

        Write(SettingsFile, settings);
        await UntilAsync(world, configuration => configuration["Gateway:AllowedUsers:0"] is null or "" && configuration["AllowedHosts"] != "localhost");
        await ReadOtherFileAsync(world, 1);

        await AssertClosedAsync(world);
        Assert.True(Told("Gateway:AllowedUsers") == 1 && Told("AllowedHosts") == 1, string.Join('\n', _log.Lines));

        await ReadOtherFileAsync(world, 2);
        Write(SettingsFile, "{}");
        await ReadOtherFileAsync(world, 3);
        await AssertClosedAsync(world);
    }

    [Fact]
    public async Task A_list_that_came_while_the_broker_ran_cannot_lose_its_last_entry_either_and_each_attempt_is_told()
    {
        Write(SettingsFile, "{}");
        await using var world = await StartAsync();
        await AssertOpenAsync(world);

        for (var attempt = 1; attempt <= 2; attempt++)
        {
            Write(SettingsFile, """{ "Gateway": { "AllowedUsers": [ "amzn1.account.SOMEBODY" ] }, "AllowedHosts": "localhost" }""");
            await UntilAsync(world, configuration => configuration["AllowedHosts"] == "localhost");
            await Wait.UntilAsync(async () => await AskAsync(world) == HttpStatusCode.Forbidden && !await IsAnsweredAsync(world), "the lists to be in force");

            Write(SettingsFile, "{}");
            await Wait.UntilAsync(() => Told("Gateway:AllowedUsers") == attempt && Told("AllowedHosts") == attempt, "the log to say so");
            await AssertClosedAsync(world);
        }
    }

    [Fact]
    public async Task A_list_that_loses_an_entry_which_is_not_the_last_is_followed()
    {
        Write(SettingsFile, """{ "Gateway": { "AllowedUsers": [ "amzn1.account.ONE", "amzn1.account.TWO" ] }, "AllowedHosts": "localhost;evil.example" }""");
        await using var world = await StartAsync();
        Assert.True(await IsAnsweredAsync(world));
        var ada = await world.UserIdAsync();

        Write(SettingsFile, $$"""{ "Gateway": { "AllowedUsers": [ "{{ada}}" ] }, "AllowedHosts": "localhost" }""");

        await Wait.UntilAsync(async () => await AskAsync(world) == HttpStatusCode.OK && !await IsAnsweredAsync(world), "the shorter lists to be in force");
        Assert.Equal((0, 0), (Told("Gateway:AllowedUsers"), Told("AllowedHosts")));
    }

    [Fact]
    public async Task A_list_of_the_secrets_directory_that_loses_its_last_file_leaves_the_last_one_in_force()
    {
        string[] files = [Path.Combine(_folder.Path, "Gateway__AllowedUsers__0"), Path.Combine(_folder.Path, "AllowedHosts")];
        Write(files[0], "amzn1.account.SOMEBODY");
        Write(files[1], "localhost");
        await using var world = await World.StartAsync([("Secrets:Directory", _folder.Path), .. _log.Settings(LogEventLevel.Error)]);
        await world.LogInAsync();

        foreach (var file in files)
        {
            Write(file, Deleted);
        }

        await Wait.UntilAsync(() => Told("Gateway:AllowedUsers") == 1 && Told("AllowedHosts") == 1, "the log to say so");
        await AssertClosedAsync(world);
    }

    [Fact]
    public async Task Every_host_cannot_be_let_in_while_the_broker_runs_by_an_asterisk_either()
    {
        Write(SettingsFile, """{ "AllowedHosts": "localhost" }""");
        await using var world = await StartAsync();

        Write(SettingsFile, """{ "AllowedHosts": "localhost;*" }""");

        await Wait.UntilAsync(() => Told("AllowedHosts") == 1, "the log to say so");
        Assert.False(await IsAnsweredAsync(world));
    }

    [Theory]
    [InlineData("Methods", "[ \"PUT\" ]", "[]", HttpStatusCode.MethodNotAllowed)]
    [InlineData("Hosts", "[ \"other.example\" ]", "\"\"", HttpStatusCode.NotFound)]
    [InlineData("Headers", "[ { \"Name\": \"X-Tenant\", \"Values\": [ \"a\" ] } ]", "null", HttpStatusCode.NotFound)]
    [InlineData("QueryParameters", "[ { \"Name\": \"tenant\", \"Values\": [ \"a\" ] } ]", "{}", HttpStatusCode.NotFound)]
    public async Task A_route_that_matches_some_requests_does_not_match_all_by_losing_its_last_condition(string list, string items, string none, HttpStatusCode refusal)
    {
        Write(SettingsFile, Route($"\"{list}\": {items}, "));
        await using var world = await ApiWorld.LoggedInAsync([(BrokerServer.SettingsFile + "0", SettingsFile), .. _log.Settings(LogEventLevel.Error)]);
        Assert.Equal(refusal, (await world.GetAsync("/api/limited")).StatusCode);

        foreach (var change in new[] { "", $"\"{list}\": {none}, ", "" })
        {
            var told = Told($"ReverseProxy:Routes:limited:Match:{list}");
            Write(SettingsFile, Route(change));
            await Wait.UntilAsync(() => Told($"ReverseProxy:Routes:limited:Match:{list}") > told, "the log to say so");
            Assert.Equal(refusal, (await world.GetAsync("/api/limited")).StatusCode);
        }

        Assert.Empty(world.Upstream.Requests);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{ \"BffBroker.Scope\": \"\" }")]
    [InlineData("{ \"BffBroker.Scope\": null }")]
    [InlineData("{ \"BffBroker.Scope\": [] }")]
    [InlineData("{ \"BffBroker.Scope\": [ \"postal_code\" ] }")]
    public async Task A_route_that_demands_scopes_does_not_do_without_by_losing_the_last_one(string metadata)
    {
        Write(SettingsFile, Route("", "{ \"BffBroker.Scope\": \"postal_code\" }"));
        await using var world = await ApiWorld.LoggedInAsync([(BrokerServer.SettingsFile + "0", SettingsFile), .. _log.Settings(LogEventLevel.Error)]);
        Assert.Equal(HttpStatusCode.Forbidden, (await world.GetAsync("/api/limited")).StatusCode);

        Write(SettingsFile, Route("", metadata));
        await Wait.UntilAsync(() => Told("ReverseProxy:Routes:limited:Metadata:BffBroker.Scope") == 1, "the log to say so");

        Assert.Equal(HttpStatusCode.Forbidden, (await world.GetAsync("/api/limited")).StatusCode);
        Assert.Empty(world.Upstream.Requests);
    }

    private static string Both(string json) => $$"""{ "Gateway": { "AllowedUsers": {{json}} }, "AllowedHosts": {{json}} }""";

    private static string Route(string conditions, string metadata = "{}") =>
        $$"""{ "ReverseProxy": { "Routes": { "limited": { "ClusterId": "upstream", "Match": { {{conditions}}"Path": "/api/limited" }, "Metadata": {{metadata}} } } } }""";

    private static async Task UntilAsync(World world, Func<IConfiguration, bool> isRead)
    {
        var configuration = world.Broker.Services.GetRequiredService<IConfiguration>();
        await Wait.UntilAsync(() => isRead(configuration), "the file to be read");
    }

    private static async Task AssertClosedAsync(World world)
    {
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(world));
        Assert.False(await IsAnsweredAsync(world));
    }

    private static async Task AssertOpenAsync(World world)
    {
        Assert.Equal(HttpStatusCode.OK, await AskAsync(world));
        Assert.True(await IsAnsweredAsync(world));
    }

    private static async Task<HttpStatusCode> AskAsync(World world) => (await world.AskNginxAsync()).StatusCode;

    private static async Task<bool> IsAnsweredAsync(World world) =>
        (await world.Browser.SendAsync(HttpMethod.Get, World.At("/session"), headers: [("Host", "evil.example")])).StatusCode == HttpStatusCode.OK;

    private async Task<World> StartAsync()
    {
        Write(OtherFile, "{}");
        var world = await World.StartAsync([
            (BrokerServer.SettingsFile + "0", SettingsFile), (BrokerServer.SettingsFile + "1", OtherFile), GatewayWorld.Trust, .. _log.Settings(LogEventLevel.Error)]);
        await world.LogInAsync();
        return world;
    }

    // A file that cannot be read tells nobody. All settings are taken anew when another file changes.
    private async Task ReadOtherFileAsync(World world, int number)
    {
        Write(OtherFile, $$"""{ "Tests:Number": {{number}} }""");
        await UntilAsync(world, configuration => configuration["Tests:Number"] == $"{number}");
    }

    private static void Write(string file, string text)
    {
        if (text == Deleted)
        {
            File.Delete(file);
            return;
        }

        File.WriteAllText(file, text);
    }

    private int Told(string key) => _log.Lines.Count(line => line.Contains($"{key}:", StringComparison.Ordinal) && line.Contains("stay in force", StringComparison.Ordinal));
}
