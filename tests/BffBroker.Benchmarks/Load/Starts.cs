namespace BffBroker.Benchmarks.Load;

/// <summary>How soon the broker is ready, and what it takes while nobody but a probe asks it.</summary>
/// <param name="SecondsToReady">Median, from the start of the process.</param>
/// <param name="IdleMebibytes">Median, in memory after 200 answers to a readiness probe.</param>
internal sealed record Starts(double SecondsToReady, double IdleMebibytes)
{
    private const int Probes = 200;

    public static async Task<Starts> MeasureAsync(string assembly, Backends backends, int count)
    {
        var starts = new List<(double Seconds, double Mebibytes)>();
        for (var start = 0; start < count; start++)
        {
            using var broker = await RunningBroker.StartAsync(assembly, backends);
            using var http = new HttpClient();
            for (var probe = 0; probe < Probes; probe++)
            {
                await http.GetStringAsync(broker.ReadyUrl);
            }

            starts.Add((broker.StartToReady.TotalSeconds, broker.Process.ResidentMebibytes));
        }

        return new(Math.Round(Figures.Median(starts.Select(start => start.Seconds)), 2), Math.Round(Figures.Median(starts.Select(start => start.Mebibytes))));
    }
}
