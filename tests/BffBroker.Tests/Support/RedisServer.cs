using System.Diagnostics;
using System.Globalization;
using BffBroker.Management.Doctor;
using BffBroker.Tests.Deploy;
using StackExchange.Redis;
using Testcontainers.Redis;

[assembly: AssemblyFixture(typeof(BffBroker.Tests.Support.RedisServer))]

namespace BffBroker.Tests.Support;

/// <summary>
/// A real Redis for all tests: a container of the image in docker-compose.yml where Docker can run it, else a redis-server found on PATH.
/// With neither, tests that need it are skipped on a laptop, and fail in CI.
/// </summary>
public sealed class RedisServer : IAsyncLifetime
{
    // Without a limit, a registry that accepts connections and does not answer would hold up all tests.
    private static readonly TimeSpan LongestPull = TimeSpan.FromMinutes(2);

    private RedisContainer? _container;
    private Process? _process;
    private ConnectionMultiplexer? _connection;
    private string? _connectionString;
    private string? _dockerProblem;

    /// <summary>Skips the test, or fails it in CI, when there is no Redis.</summary>
    public string ConnectionString => _connectionString ?? throw NotAvailable();

    /// <summary>Connects to this Redis as a user with the documented rights only, limited to keys and channels of tests.</summary>
    public string LeastPrivilegedConnectionString => $"{ConnectionString},user=broker,password=s3cret";

    internal IDatabase Database => _connectionString is null ? throw NotAvailable() : _connection!.GetDatabase();

    public async ValueTask InitializeAsync()
    {
        _connectionString = await StartContainerAsync(ComposeFile.Simulated().Services["redis"].Image) ?? StartProgram();
        if (_connectionString is not null)
        {
            _connection = await ConnectAsync(_connectionString);
            await _connection.GetDatabase().ExecuteAsync("ACL", [.. "SETUSER broker on >s3cret ~test-* &test-*".Split(' '), .. RightsCheck.Needed.Split(' ')]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _connection?.Dispose();
        Programs.End(_process);
        if (_container is not null)
        {
            await _container.DisposeAsync();
        }
    }

    /// <summary>Every key and every value whose key begins so, as one text: what a thief of the whole database would read.</summary>
    internal Task<string> DumpAsync(string prefix) => RedisContent.OfAsync(Database, prefix);

    /// <summary>Null where there is no Docker, or where it cannot pull or run the image.</summary>
    private async Task<string?> StartContainerAsync(string image)
    {
        using var limit = new CancellationTokenSource(LongestPull);
        try
        {
            _container = new RedisBuilder(image).Build();
            await _container.StartAsync(limit.Token);
            return _container.GetConnectionString();
        }
        catch (Exception exception) // of Testcontainers, of Docker's API, or of the connection to it
        {
            _dockerProblem = exception.Message.Split('\n')[0];
            return null;
        }
    }

    private string? StartProgram()
    {
        if (Programs.Find("redis-server") is not { } program)
        {
            return null;
        }

        var port = Ports.Free();
        _process = Programs.Start(program, "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no");
        return $"127.0.0.1:{port}";
    }

    private static async Task<ConnectionMultiplexer> ConnectAsync(string connectionString)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        options.AbortOnConnectFail = false;
        options.AllowAdmin = true;
        var connection = await ConnectionMultiplexer.ConnectAsync(options);
        await Wait.UntilAsync(() => connection.IsConnected, "Redis to answer");
        return connection;
    }

    private Exception NotAvailable() =>
        Programs.Missing($"No Redis: start Docker, or install redis-server (apt-get install redis-server, brew install redis). Docker: {_dockerProblem}");
}
