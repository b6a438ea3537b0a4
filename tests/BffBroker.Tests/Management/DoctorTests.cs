using System.Globalization;
using AmazonSimulator;
using BffBroker.Management.Doctor;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Management;

/// <summary>What <c>check</c> says in all, and of an Amazon in every state that an operator may find it in.</summary>
public sealed class DoctorTests : DoctorRun
{
    [Fact]
    public async Task Where_all_is_well_the_check_says_so_prints_the_redirect_URI_and_leaves_nothing_behind()
    {
        var (exitCode, findings) = await CheckAsync();

        Assert.True(exitCode == 0, string.Join('\n', findings));
        Assert.All(findings.Where(finding => !finding.Contains("Runtime: ", StringComparison.Ordinal)), finding => Assert.StartsWith("ok ", finding, StringComparison.Ordinal));
        string[] all =
        [
            "The configuration is valid.", "Redirect URI: http://localhost:8080/callback must be", "Amazon: it answers, and accepts", "Clock: in step with Amazon", "Redis: version ",
            "Clock: in step with Redis", "Redis: reads, writes and runs scripts under bff:", "Key ring: bff:keys is not there yet",
        ];
        Assert.All(all, text => Assert.Contains(findings, finding => finding[9..].StartsWith(text, StringComparison.Ordinal)));
        Assert.Equal("0", await Redis.CommandAsync("DBSIZE"));
    }

    [Fact]
    public async Task Servers_that_are_down_are_outages_which_a_broker_waits_for_and_problems_for_who_is_strict()
    {
        Redis.Kill();
        await Amazon.DisposeAsync();

        var (exitCode, findings) = await CheckAsync();

        Assert.Equal(0, exitCode);
        Assert.Equal(78, (await CheckAsync("strict")).ExitCode);
        Assert.Contains("ok       The configuration is valid.", findings);
        Assert.Contains(findings, finding => finding.StartsWith($"outage   Redis: no connection. {Redis.ConnectionString} refuses connections", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.StartsWith($"outage   Amazon: {Settings["Amazon:ApiBaseUrl"]!.TrimEnd('/')} is out of reach: no connection.", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.StartsWith("warning  Amazon: its login page", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    public async Task Proxies_that_are_practically_everybody_are_a_warning(string range)
    {
        Settings["Broker:TrustedProxies:0"] = "10.0.0.0/8";
        Settings["Broker:TrustedProxies:1"] = range;

        await FindsAsync(0, "warning", $"Proxies: Broker:TrustedProxies holds practically everybody ({range}).");
    }

    [Fact]
    public async Task The_runtime_is_told_and_an_old_one_is_a_warning()
    {
        var expected = Environment.Version >= RuntimeCheck.Newest ? "ok" : "warning";
        await FindsAsync(0, expected, $"Runtime: .NET {Environment.Version}");

        Assert.Equal(Verdict.Ok, RuntimeCheck.Judge(RuntimeCheck.Newest, RuntimeCheck.Newest).Verdict);
        Assert.Equal(Verdict.Ok, RuntimeCheck.Judge(new(11, 0, 0), RuntimeCheck.Newest).Verdict);
        Assert.Equal(Verdict.Warning, RuntimeCheck.Judge(new(10, 0, 9), RuntimeCheck.Newest).Verdict);
    }

    [Fact]
    public async Task A_client_that_Amazon_rejects_is_a_problem_unless_the_previous_secret_is_good()
    {
        Settings["Amazon:ClientSecret"] = "canary-secret";
        await FindsAsync(78, "problem", "Amazon: it rejects the client (invalid_client)");

        Settings["Amazon:PreviousClientSecret"] = SimulatedClient.DefaultSecret;
        await FindsAsync(0, "warning", "Amazon: it rejects Amazon:ClientSecret, and accepts Amazon:PreviousClientSecret");
    }

    [Fact]
    public async Task An_Amazon_that_has_trouble_is_a_warning_and_somebody_in_its_place_a_problem()
    {
        Amazon.Simulator.Faults.Enqueue(Operation.Refresh, Fault.HtmlUnavailable);
        await FindsAsync(0, "warning", "Amazon: it answers 503");

        Amazon.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Status(404, "canary"));
        await FindsAsync(78, "problem", "Amazon: its token endpoint answers 404");
    }

    [Fact]
    public async Task The_client_secret_follows_no_redirect()
    {
        using var other = WireServer.Start(WireAnswer.Json(400, """{"error":"invalid_grant"}"""));
        using var amazon = WireServer.Start(WireAnswer.Json(307, "", $"Location: {other.Url}"));
        Settings["Amazon:ApiBaseUrl"] = amazon.Url.ToString();

        await FindsAsync(78, "problem", "Amazon: its token endpoint answers 307");
        Assert.Equal(0, other.Requests);
    }

    [Theory]
    [InlineData(-30, 0, "warning", "ahead of Amazon")]
    [InlineData(-600, 78, "problem", "ahead of Amazon")]
    [InlineData(600, 78, "problem", "behind Amazon")]
    public async Task A_clock_that_is_wrong_is_seen_by_what_Amazon_says(int seconds, int exitCode, string verdict, string text)
    {
        var date = (TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(seconds)).ToString("R", CultureInfo.InvariantCulture);
        using var amazon = WireServer.Start(WireAnswer.Json(400, """{"error":"invalid_grant"}""", $"Date: {date}"));
        Settings["Amazon:ApiBaseUrl"] = amazon.Url.ToString();

        await FindsAsync(exitCode, verdict, text);
    }
}
