using System.Reflection;
using System.Text.Json;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Benchmarks;

/// <summary>The benchmarks themselves: that they run, and that what they count is so. How fast anything is, no test says.</summary>
[Collection(typeof(WholeMachine))]
[Trait("kind", "soak")]
public sealed class BenchmarkTests : IDisposable
{
    private static readonly string Assembly =
        typeof(BenchmarkTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "Benchmarks").Value!;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_kind_of_request_is_answered_as_it_should_be_and_costs_Redis_what_the_contract_says()
    {
        Programs.Require("redis-server", "which the broker is measured with");
        Programs.Require("wrk", "which sends the requests");
        var file = Path.Combine(_folder.Path, "results.json");

        var (exitCode, output, errors) = await Programs.RunAsync("dotnet", "exec", Assembly, "load", "--smoke", "--results", file);

        Assert.True(exitCode == 0, $"{output}\n{errors}");
        using var results = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Empty(results.RootElement.GetProperty("problems").EnumerateArray());
        Assert.All(results.RootElement.GetProperty("rates").EnumerateArray(), rate => Assert.True(rate.GetProperty("requestsPerSecond").GetDouble() > 0));
        Assert.Equal(
            [1, 0, 1, 1, 1, 0],
            results.RootElement.GetProperty("redisCommands").EnumerateArray().Select(count => count.GetProperty("perRequest").GetDouble()));
        var storm = results.RootElement.GetProperty("storm");
        Assert.Equal(storm.GetProperty("sessions").GetInt32(), storm.GetProperty("tokenCalls").GetInt32());
        Assert.Equal(0, storm.GetProperty("failed").GetInt32());
    }

    [Fact]
    public async Task What_the_broker_does_itself_can_be_measured()
    {
        var (exitCode, output, errors) = await Programs.RunAsync("dotnet", "exec", Assembly, "micro", "--smoke");

        Assert.True(exitCode == 0, $"{output}\n{errors}");
    }
}
