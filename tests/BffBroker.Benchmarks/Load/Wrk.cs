using System.Globalization;
using System.Text.Json;

namespace BffBroker.Benchmarks.Load;

/// <summary>One round of wrk.</summary>
/// <param name="Requests">That were answered.</param>
/// <param name="Microseconds">That it took.</param>
/// <param name="P50">Microseconds within which half of them were answered.</param>
/// <param name="P99">Microseconds within which 99 of 100 were.</param>
/// <param name="Unsuccessful">Answers of 400 and above.</param>
/// <param name="Broken">Connections that failed, and requests that were not answered within 2 s.</param>
internal sealed record Wrk(long Requests, long Microseconds, double P50, double P99, long Unsuccessful, long Broken)
{
    public double RequestsPerSecond => Requests * 1e6 / Microseconds;

    /// <param name="cookies">A file of Cookie headers, one a line, sent in turn. Null: none.</param>
    public static async Task<Wrk> RunAsync(Uri url, int connections, TimeSpan duration, string? cookies)
    {
        string[] arguments =
        [
            "-t1", $"-c{connections}", $"-d{Math.Ceiling(duration.TotalSeconds)}s",
            "-s", Path.Combine(AppContext.BaseDirectory, "Load", "requests.lua"), url.ToString(),
        ];
        var output = await Commands.RunAsync("wrk", cookies is null ? arguments : [.. arguments, "--", cookies]);
        var line = output.Split('\n').Single(line => line.StartsWith('{'));
        return JsonSerializer.Deserialize<Wrk>(line, JsonSerializerOptions.Web) ?? throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"wrk said {output}"));
    }
}
