using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>The servers' own check of the shipped files.</summary>
public sealed class GatewayConfigurationTests
{
    [Theory]
    [InlineData(GatewayProgram.Nginx, null)]
    [InlineData(GatewayProgram.Nginx, GatewayWorld.Key)]
    [InlineData(GatewayProgram.Caddy, null)]
    [InlineData(GatewayProgram.Caddy, GatewayWorld.Key)]
    public async Task Each_shipped_configuration_is_valid_without_a_warning(GatewayProgram program, string? key)
    {
        var files = GatewayFiles.Write(program, new("127.0.0.1:1", "127.0.0.1:2", "/nonexistent", key));
        using var folder = files.Folder;

        var (exitCode, output, errors) = await Programs.RunAsync(files.Program, files.Check);

        Assert.True(exitCode == 0, output + errors);
        Assert.DoesNotContain("[warn]", output + errors, StringComparison.Ordinal);
    }
}
