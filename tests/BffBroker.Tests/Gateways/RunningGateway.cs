using System.Diagnostics;
using System.Net.Sockets;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>A real nginx or Caddy on a free port, with the shipped configuration. All that it writes is in a folder of its own.</summary>
internal sealed class RunningGateway : IAsyncDisposable
{
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(30); // Caddy's grace period is 10 s

    private readonly TemporaryFolder _folder;
    private readonly Process _process;

    private RunningGateway(GatewayFiles files, Process process) => (_folder, _process, Url) = (files.Folder, process, files.Url);

    public Uri Url { get; }

    public string AccessLog => File.ReadAllText(Path.Combine(_folder.Path, GatewayFiles.AccessLog));

    public static Task<RunningGateway> StartAsync(GatewayProgram program, GatewaySite site) => StartAsync(GatewayFiles.Write(program, site));

    public static async Task<RunningGateway> StartAsync(GatewayFiles files)
    {
        var gateway = new RunningGateway(files, Programs.Start(files.Program, files.Run));
        try
        {
            await Wait.UntilAsync(gateway.IsListeningAsync, $"{files.Program} to listen");
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asked to end, so that a master takes its workers along.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_process.HasExited)
            {
                Signals.Terminate(_process);
                await _process.WaitForExitAsync().WaitAsync(LongestGoodbye);
            }
        }
        finally
        {
            Programs.End(_process);
        }

        Assert.False(await IsListeningAsync());
        _folder.Dispose();
    }

    private async Task<bool> IsListeningAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(Url.Host, Url.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
