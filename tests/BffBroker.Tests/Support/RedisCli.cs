using System.Diagnostics;
using System.Globalization;

namespace BffBroker.Tests.Support;

/// <summary>An operator at the console of a Redis of this machine.</summary>
internal static class RedisCli
{
    /// <summary>What it printed; empty when Redis did not answer.</summary>
    public static async Task<string> RunAsync(int port, params string[] command)
    {
        var program = Programs.Require("redis-cli", "to be the operator");
        using var process = Process.Start(new ProcessStartInfo(program, ["-p", port.ToString(CultureInfo.InvariantCulture), .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await errors;
        return output.Trim();
    }
}
