using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace BffBroker.Tests.Support;

/// <summary>The broker's own binary as a process in Production, with a certificate: what an operator runs.</summary>
internal sealed partial class BrokerProcess : IAsyncDisposable
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string> _output = new();
    private readonly Process _process;
    private IReadOnlyList<Uri> _addresses = [];

    private BrokerProcess(IReadOnlyDictionary<string, string?> settings, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "BffBroker.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("ASPNETCORE_URLS");
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["DOTNET_TieredPGO"] = "0"; // it lives for seconds, and learns for nobody
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        _process = Programs.Start(start);
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Process Process => _process;

    public Uri Url => _addresses[1];

    /// <summary>It listens before the public listener does.</summary>
    public Uri ManagementUrl => _addresses[0];

    /// <summary>All it has written so far.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>Starts it on ports that it chooses itself, or at this address, and waits until it is ready.</summary>
    public static async Task<BrokerProcess> StartAsync(IReadOnlyDictionary<string, string?> settings, string url = "http://127.0.0.1:0")
    {
        var broker = new BrokerProcess(new Dictionary<string, string?>(settings) { ["ASPNETCORE_URLS"] = url, ["Management:Url"] = "http://127.0.0.1:0" }, []);
        try
        {
            await Wait.UntilAsync(() => (broker._addresses = broker.ListensOn()).Count == 2, "the broker to listen");
            using var http = new HttpClient();
            await Wait.UntilAsync(() => broker.IsReadyAsync(http), "the broker to be ready");
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(IReadOnlyDictionary<string, string?> settings, params string[] arguments)
    {
        await using var broker = new BrokerProcess(settings, arguments);
        await broker._process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(LongestRun);
        return (broker._process.ExitCode, broker.Output);
    }

    /// <summary>SIGTERM as soon as it has written <paramref name="line"/>.</summary>
    public static async Task<(int ExitCode, string Output)> RunAndTerminateAsync(IReadOnlyDictionary<string, string?> settings, string line)
    {
        await using var broker = new BrokerProcess(settings, []);
        await Wait.UntilAsync(() => broker.Output.Contains(line, StringComparison.Ordinal), $"the broker to write {line}");
        return (await broker.TerminateAsync(), broker.Output);
    }

    /// <summary>What Production requires; the certificate is made for this call.</summary>
    public static Dictionary<string, string?> Settings(Uri amazon, string redis, string keyPrefix, string folder)
    {
        return new(BrokerServer.Settings(amazon))
        {
            ["ConnectionStrings:Redis"] = redis,
            ["Redis:KeyPrefix"] = keyPrefix,
            ["KeyRing:CertificateFile"] = CertificateFile.Create(folder).Path,
        };
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>SIGTERM, and its exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        Signals.Terminate(_process);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(LongestRun);
        return _process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        Programs.End(_process);
        return ValueTask.CompletedTask;
    }

    // Read once: after a thousand requests the output is megabytes, and who asks for the URL is about to send another one.
    private List<Uri> ListensOn()
    {
        var output = Output;
        Assert.False(_process.HasExited && _process.ExitCode != 0, output);
        return [.. ListeningOn.Matches(output).Select(match => new Uri(match.Groups[1].Value))];
    }

    [GeneratedRegex("Now listening on: {address}.*?\"address\":\"([^\"]+)\"")]
    private static partial Regex ListeningOn { get; }

    // Null at its end, which the one of the two may have reached before the other has begun.
    private void Add(string? line)
    {
        if (line is not null)
        {
            _output.Enqueue(line);
        }
    }

    private async Task<bool> IsReadyAsync(HttpClient http)
    {
        Assert.False(_process.HasExited, Output);
        try
        {
            using var response = await http.GetAsync(new Uri(ManagementUrl, "/health/ready"), TestContext.Current.CancellationToken);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
