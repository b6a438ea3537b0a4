using BffBroker.Tests.Support;
using Serilog.Events;

namespace BffBroker.Tests.Security;

/// <summary>A broker with somebody logged in, whose log nobody may fill with errors of its own by what they send.</summary>
internal sealed class FuzzedWorld : IAsyncLifetime
{
    public const string AdminKey = "0123456789abcdef0123456789abcdef";

    private readonly RecordingSink _log = new();

    public World World { get; private set; } = null!;

    /// <summary>Of the session, as in a Cookie header.</summary>
    public string SessionCookie => $"__Host-bff={World.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")}";

    public string LoginCookie => $"__Host-bff-login={World.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff-login")}";

    /// <summary>Of a login under way.</summary>
    public string State { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        World = await World.StartAsync([("Management:AdminKey", AdminKey), ("Broker:TrustedProxies:0", "127.0.0.1"), .. _log.Settings(LogEventLevel.Error)]);
        await World.LogInAsync();
        State = (await World.LogInUpToCallbackAsync()).State();
    }

    public ValueTask DisposeAsync() => World.DisposeAsync();

    /// <summary>Sends it to the public listener, and sees that it is answered as a client's mistake at worst.</summary>
    public Task TellAsync(string request) => TellAsync(World.Broker.Url, request);

    /// <summary>No 5xx but those by which HTTP itself refuses a request, and no error in the log.</summary>
    public async Task TellAsync(Uri server, string request)
    {
        var answer = await RawRequest.SendAsync(server, request);

        Assert.True(answer is not { Status: >= 500 and not (501 or 505) }, $"{answer}\nto\n{request}");
        Assert.True(_log.Events.Count == 0, $"{string.Join('\n', _log.Lines)}\nafter\n{request}");
    }

    /// <summary>A login works, and so does readiness.</summary>
    public async Task AssertServesAsync()
    {
        await World.LogInAsync();
        await World.AssertLoggedInAsync();
        Assert.Equal(200, (await RawRequest.GetAsync(World.Broker.ManagementUrl, "/health/ready")).Status);
    }
}
