using System.Diagnostics;
using BffBroker.Benchmarks.Servers;
using BffBroker.Tests.Support;

namespace BffBroker.Benchmarks.Load;

/// <summary>The broker as its image runs it, in Production, with a certificate and Redis.</summary>
internal sealed class RunningBroker : IDisposable
{
    private RunningBroker(RunningProgram process, Uri url, Uri readyUrl, TimeSpan start) => (Process, Url, ReadyUrl, StartToReady) = (process, url, readyUrl, start);

    public RunningProgram Process { get; }

    public Uri Url { get; }

    public Uri ReadyUrl { get; }

    /// <summary>From the start of the process to the first 200 of <c>/health/ready</c>.</summary>
    public TimeSpan StartToReady { get; }

    /// <param name="more">Beyond what every broker of a run has.</param>
    public static async Task<RunningBroker> StartAsync(string assembly, Backends backends, params (string Name, string Value)[] more)
    {
        var (port, managementPort) = (Ports.Free(), Ports.Free());
        var (url, management) = (new Uri($"http://127.0.0.1:{port}"), new Uri($"http://127.0.0.1:{managementPort}"));
        var environment = new Dictionary<string, string>(Image.Environment)
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_URLS"] = url.ToString(),
            ["Management__Url"] = management.ToString(),
            ["Amazon__ClientId"] = FastAmazon.ClientId,
            ["Amazon__ClientSecret"] = "a secret of no importance",
            ["Amazon__AuthorizationEndpoint"] = new Uri(backends.Amazon, "/ap/oa").ToString(),
            ["Amazon__ApiBaseUrl"] = backends.Amazon.ToString(),
            ["Broker__PublicUrl"] = backends.PublicUrl.ToString(),
            ["ConnectionStrings__Redis"] = backends.Redis.ConnectionString,
            ["KeyRing__CertificateFile"] = backends.Certificate,
            ["RateLimit__LoginsPerMinute"] = "1000000", // all users of a run have one address
        };
        foreach (var (name, value) in more)
        {
            environment[name] = value;
        }

        var watch = Stopwatch.StartNew();
        var process = new RunningProgram("dotnet", ["exec", assembly], environment);
        var ready = new Uri(management, "/health/ready");
        await process.UntilAnswersAsync(ready);
        return new(process, url, ready, watch.Elapsed);
    }

    public void Dispose() => Process.Dispose();
}
