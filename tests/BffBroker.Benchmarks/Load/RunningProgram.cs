using System.Diagnostics;
using System.Globalization;

namespace BffBroker.Benchmarks.Load;

/// <summary>A process that is measured from outside, and ends with the run at the latest. What it writes is read and dropped, as a log shipper would read it.</summary>
internal sealed class RunningProgram : IDisposable
{
    private const int TicksPerSecond = 100; // of /proc/…/stat: proc(5)

    private readonly Process _process;

    public RunningProgram(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
        _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        _ = _process.StandardError.BaseStream.CopyToAsync(Stream.Null);
    }

    /// <summary>User and system time of all its threads so far, exact to 10 ms.</summary>
    public TimeSpan Cpu
    {
        get
        {
            // After the name, which may contain anything: field 14 is utime, 15 stime.
            var fields = File.ReadAllText($"/proc/{_process.Id}/stat").Split(") ")[1].Split(' ');
            return TimeSpan.FromSeconds((double)(long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond);
        }
    }

    /// <summary>What of it is in memory, the runtime's mapped files included.</summary>
    public int ResidentMebibytes => int.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) / 1024;

    /// <summary>One of this program's own servers.</summary>
    public static RunningProgram Own(params string[] arguments) =>
        new("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "BffBroker.Benchmarks.dll"), .. arguments], Image.Environment);

    /// <summary>Until it answers there with success.</summary>
    public async Task UntilAnswersAsync(Uri url)
    {
        using var http = new HttpClient();
        await UntilAsync(async () =>
        {
            try
            {
                using var answer = await http.GetAsync(url);
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, $"{url} to answer");
    }

    public async Task UntilAsync(Func<Task<bool>> isReady, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!await isReady())
        {
            if (_process.HasExited || watch.Elapsed > TimeSpan.FromSeconds(30))
            {
                throw new InvalidOperationException($"Waited in vain for {what}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
    }
}
