using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Simulator;

public sealed class ProcessTests
{
    [Fact]
    public async Task A_port_in_use_ends_the_process_with_1()
    {
        await using var first = await SimulatorHost.StartAsync();

        Assert.Equal(1, await SimulatorProcess.RunAsync(["--urls", first.BaseAddress.ToString()]));
    }

    [Fact]
    public async Task A_health_check_tells_whether_a_simulator_answers()
    {
        await using var simulator = await SimulatorHost.StartAsync();

        // It waits 2 s for an answer, and a machine full of tests may take longer.
        await Wait.UntilAsync(async () => await SimulatorProcess.RunAsync(["healthcheck", simulator.BaseAddress.ToString()]) == 0, "the health check to pass");
        Assert.Equal(1, await SimulatorProcess.RunAsync(["healthcheck", "http://127.0.0.1:1"]));
        Assert.Equal(1, await SimulatorProcess.RunAsync(["healthcheck", "nonsense"]));
    }

    [Theory]
    [InlineData("--Simulator:Settings:AutoApprove=nobody")]
    [InlineData("--Simulator:Settings:RefreshMode=sometimes")]
    [InlineData("--urls=nonsense")]
    public async Task A_wrong_configuration_ends_the_process_with_1(string argument) =>
        Assert.Equal(1, await SimulatorProcess.RunAsync(["--urls=http://127.0.0.1:0", argument]));
}
