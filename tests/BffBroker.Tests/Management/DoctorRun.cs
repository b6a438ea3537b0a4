using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Management;

/// <summary><c>check</c> beside an Amazon and a Redis of its own.</summary>
public abstract class DoctorRun : IAsyncLifetime
{
    private protected TemporaryFolder Folder { get; } = new();

    private protected AmazonServer Amazon { get; private set; } = null!;

    private protected OwnRedis Redis { get; private set; } = null!;

    private protected Dictionary<string, string?> Settings { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Amazon = await AmazonServer.StartAsync();
        Redis = await OwnRedis.StartAsync();
        Settings = BrokerProcess.Settings(Amazon.Url, Redis.ConnectionString, "bff:", Folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Redis.Dispose();
        await Amazon.DisposeAsync();
        Folder.Dispose();
    }

    protected async Task FindsAsync(int exitCode, string verdict, string text)
    {
        var (actual, findings) = await CheckAsync();

        Assert.Contains(findings, finding => finding.StartsWith(verdict, StringComparison.Ordinal) && finding.Contains(text, StringComparison.Ordinal));
        Assert.Equal(exitCode, actual);
    }

    // No secret is in any of them, whatever is the matter.
    protected async Task<(int ExitCode, string[] Findings)> CheckAsync(params string[] words)
    {
        var (exitCode, output) = await BrokerProcess.RunAsync(Settings, ["check", .. words]);

        var findings = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(findings, finding => Assert.Matches("^(ok|warning|outage|problem) +[A-Z]", finding));
        Assert.DoesNotContain("canary", output, StringComparison.Ordinal);
        Assert.DoesNotContain(SimulatedClient.DefaultSecret, output, StringComparison.Ordinal);
        return (exitCode, findings);
    }
}
