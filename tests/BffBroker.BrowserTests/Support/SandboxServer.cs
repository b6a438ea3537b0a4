using System.Globalization;
using System.Net.Http.Json;
using BffBroker.Tests.Support;
using Sandbox;

namespace BffBroker.BrowserTests.Support;

/// <summary>A sandbox of a test's own: demo page, broker and simulator.</summary>
internal sealed class SandboxServer : IAsyncDisposable
{
    // No store that the shell names, and nothing on the console of the tests.
    private static readonly (string Key, string Value)[] Settings =
    [
        ("ConnectionStrings:Redis", ""), ("Serilog:MinimumLevel:Default", "Fatal"), ("Serilog:MinimumLevel:Override:Microsoft.AspNetCore", "Fatal"),
    ];

    private readonly HttpClient _http;
    private readonly IAsyncDisposable[] _running;

    private SandboxServer(SandboxOptions options, params IAsyncDisposable[] running)
    {
        (Url, Amazon, _running) = (options.BrokerUrl, options.AmazonUrl, running);
        _http = new() { BaseAddress = Amazon };
    }

    /// <summary>Of the demo page, and of the broker.</summary>
    public Uri Url { get; }

    public string Origin => Url.GetLeftPart(UriPartial.Authority);

    public Uri Amazon { get; }

    /// <summary>In this process, which has compiled it by the second test: a process for each would cost more than all that is done with it.</summary>
    /// <param name="scheme">With <c>https</c>, the sandbox makes a certificate of its own.</param>
    /// <param name="host">Any but localhost needs https, and ends with <c>.example</c>.</param>
    /// <param name="publicUrl">Where browsers are, if not here.</param>
    public static async Task<SandboxServer> StartAsync(string scheme = "http", string host = "localhost", string? publicUrl = null)
    {
        RealBrowser.Require(); // nobody else would visit it
        var options = SandboxOptions.Parse([.. Arguments(scheme, host), .. publicUrl is null ? Array.Empty<string>() : ["--public-url", publicUrl]])!;
        var (amazon, broker) = (SandboxServers.BuildAmazon(options), SandboxServers.BuildBroker(options, Settings));
        var sandbox = new SandboxServer(options, broker, amazon);
        await amazon.StartAsync();
        await broker.StartAsync();
        return sandbox;
    }

    /// <summary>In a process of its own, as its users start it.</summary>
    /// <param name="scheme">With <c>https</c>, the sandbox makes a certificate of its own.</param>
    /// <param name="redis">Where sessions are kept, instead of in memory.</param>
    public static async Task<SandboxServer> StartProcessAsync(string scheme = "http", string redis = "")
    {
        RealBrowser.Require();
        var arguments = Arguments(scheme, "localhost");
        return new(SandboxOptions.Parse(arguments)!, await SandboxProgram.StartAsync(arguments, redis));
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

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _running)
        {
            await one.DisposeAsync();
        }

        _http.Dispose();
    }

    private static string[] Arguments(string scheme, string host) =>
        ["--scheme", scheme, "--host", host, "--port", Port(), "--amazon-port", Port()];

    private static string Port() => Ports.Free().ToString(CultureInfo.InvariantCulture);

    private async Task ControlAsync(string path, object body) =>
        (await _http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body)).EnsureSuccessStatusCode();
}
