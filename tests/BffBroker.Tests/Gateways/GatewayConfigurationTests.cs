using System.Diagnostics;
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
    public async Task It_is_valid_without_a_warning(GatewayProgram program, string? key)
    {
        var files = GatewayFiles.Write(program, new("127.0.0.1:1", "127.0.0.1:2", "/nonexistent", key));
        using var folder = files.Folder;
        var check = Programs.Start(new ProcessStartInfo(files.Program, files.Check) { RedirectStandardOutput = true, RedirectStandardError = true });

        var texts = await Task.WhenAll(
            check.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), check.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await check.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(check.ExitCode == 0, string.Concat(texts));
        Assert.DoesNotContain("[warn]", string.Concat(texts), StringComparison.Ordinal);
        Programs.End(check);
    }
}
