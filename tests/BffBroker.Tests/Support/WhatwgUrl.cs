using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace BffBroker.Tests.Support;

/// <summary>Where browsers go, by the URL parser that they share (WHATWG URL, as Node has it), and not by .NET's.</summary>
internal static class WhatwgUrl
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The origin that each Location leads to; the whole URL where it is no http, <c>nowhere</c> where it is none at all. One process for all.</summary>
    /// <param name="locations">Each with the URL whose answer it came with.</param>
    public static async Task<IReadOnlyList<string>> OriginsAsync(IEnumerable<(string Location, string From)> locations)
    {
        var start = new ProcessStartInfo(
            Programs.Require("node", "whose URL parser is that of browsers", package: "nodejs"),
            [Path.Combine(AppContext.BaseDirectory, "Support", "resolve-urls.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = Utf8,
            StandardOutputEncoding = Utf8,
        };
        var node = Programs.Start(start);
        try
        {
            // It answers when it has read all.
            foreach (var (location, from) in locations)
            {
                await node.StandardInput.WriteAsync(JsonSerializer.Serialize(new[] { location, from }) + "\n");
            }

            node.StandardInput.Close();
            var origins = await node.StandardOutput.ReadToEndAsync();
            return [.. origins.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<string>(line)!)];
        }
        finally
        {
            Programs.End(node);
        }
    }
}
