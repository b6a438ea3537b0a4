using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using BffBroker.Tests.Support;

namespace BffBroker.BrowserTests.Support;

/// <summary>The sandbox as its users start it: demo page, broker and simulator in a process of its own.</summary>
internal sealed class SandboxServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _output = new();
    private readonly HttpClient _http;
    private readonly Process _process;

    private SandboxServer(string scheme, string host, string? redis)
    {
        var (port, amazonPort) = (Programs.FreePort(), Programs.FreePort());
        Url = new($"{scheme}://{host}:{port}");
        Amazon = new($"http://localhost:{amazonPort}");
        _http = new() { BaseAddress = Amazon };

        var start = new ProcessStartInfo("dotnet", [
            "exec", Path.Combine(AppContext.BaseDirectory, "Sandbox.dll"), "--scheme", scheme, "--host", host,
            "--port", port.ToString(CultureInfo.InvariantCulture), "--amazon-port", amazonPort.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ConnectionStrings__Redis"] = redis ?? "";
        start.Environment["DOTNET_TieredPGO"] = "0"; // it lives for seconds, and learns for nobody
        _process = Programs.Start(start);
        _process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Of the demo page, and of the broker.</summary>
    public Uri Url { get; }

    public Uri Amazon { get; }

    /// <param name="scheme">With <c>https</c>, the sandbox makes a certificate of its own.</param>
    /// <param name="host">Any but localhost needs https, and ends with <c>.example</c>.</param>
    /// <param name="redis">Where sessions are kept, instead of in memory.</param>
    public static async Task<SandboxServer> StartAsync(string scheme = "http", string host = "localhost", string? redis = null)
    {
        RealBrowser.Require(); // nobody else would visit it
        var sandbox = new SandboxServer(scheme, host, redis);
        try
        {
            await Wait.UntilAsync(sandbox.HasStarted, "the sandbox to start");
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    public Uri At(string path) => new(Url, path);

    /// <summary>What goes wrong at Amazon from now on, until <see cref="MendAsync"/>.</summary>
    public Task BreakAsync(string operation, string fault) => ControlAsync("/simulator/faults", new { operation, fault, always = true });

    public async Task MendAsync() => (await _http.DeleteAsync(new Uri("/simulator/faults", UriKind.Relative))).EnsureSuccessStatusCode();

    /// <summary>Amazon's pages are left out: this customer signs in and grants everything.</summary>
    public Task ApproveByItselfAsync(string customer) => SetAsync(new { autoApprove = customer });

    /// <summary>Settings of the simulator, as its start page lists them.</summary>
    public Task SetAsync(object settings) => ControlAsync("/simulator/settings", settings);

    /// <summary>What the broker asked Amazon, as the simulator tells it.</summary>
    public async Task<int> CallsAsync() => (await _http.GetFromJsonAsync<object[]>(new Uri("/simulator/calls", UriKind.Relative)))!.Length;

    public ValueTask DisposeAsync()
    {
        Programs.End(_process);
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private bool HasStarted()
    {
        var output = string.Join('\n', _output);
        Assert.False(_process.HasExited, output);
        return output.Contains("Ctrl+C ends it.", StringComparison.Ordinal);
    }

    private async Task ControlAsync(string path, object body) =>
        (await _http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body)).EnsureSuccessStatusCode();
}
