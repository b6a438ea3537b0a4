using System.Globalization;

namespace BffBroker.Tests.Support;

/// <summary>An operator at the console of a Redis of this machine.</summary>
internal static class RedisCli
{
    /// <summary>What it printed; empty when Redis did not answer.</summary>
    public static async Task<string> RunAsync(int port, params string[] command)
    {
        var program = Programs.Require("redis-cli", "to be the operator");
        var (_, output, _) = await Programs.RunAsync(program, ["-p", port.ToString(CultureInfo.InvariantCulture), .. command]);
        return output.Trim();
    }
}
