using System.Net.Http.Json;
using BffBroker.Benchmarks.Servers;
using BffBroker.Tests.Support;

namespace BffBroker.Benchmarks.Load;

/// <summary>What all brokers of a run share: Redis, Amazon, and a certificate for the key ring.</summary>
internal sealed class Backends : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();
    private readonly RunningProgram _amazon;

    private Backends(RunningRedis redis)
    {
        Redis = redis;
        Certificate = CertificateFile.Create(_folder.Path).Path;
        var port = Ports.Free();
        Amazon = new($"http://127.0.0.1:{port}");
        _amazon = RunningProgram.Own("amazon", $"{port}");
    }

    public RunningRedis Redis { get; }

    public Uri Amazon { get; }

    /// <summary>One for all nodes, as behind a load balancer; nobody calls it.</summary>
    public Uri PublicUrl { get; } = new("http://127.0.0.1:9");

    public string Certificate { get; }

    public string Folder => _folder.Path;

    public static async Task<Backends> StartAsync()
    {
        var backends = new Backends(await RunningRedis.StartAsync());
        await backends._amazon.UntilAnswersAsync(new Uri(backends.Amazon, "/counts"));
        return backends;
    }

    /// <summary>A file of these lines, for wrk.</summary>
    public async Task<string> WriteAsync(string name, IEnumerable<string> lines)
    {
        var path = Path.Combine(_folder.Path, name);
        await File.WriteAllLinesAsync(path, lines);
        return path;
    }

    public async Task<TokenCalls> CallsAsync() => (await _http.GetFromJsonAsync<TokenCalls>(new Uri(Amazon, "/counts")))!;

    /// <summary>All tokens given from now on die at one instant, until it is null again.</summary>
    public async Task ExpireAtAsync(DateTimeOffset? instant) =>
        (await _http.PostAsync(new Uri(Amazon, $"/expire/{instant?.ToUnixTimeSeconds() ?? 0}"), null)).EnsureSuccessStatusCode();

    public void Dispose()
    {
        _amazon.Dispose();
        Redis.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }
}
