using System.Net;
using BffBroker.BrowserTests.Support;

namespace BffBroker.BrowserTests;

/// <summary>A page of one's own in development: its dev server passes the broker's paths on to the sandbox.</summary>
public sealed class DevServerTests
{
    [Fact]
    public async Task A_login_that_begins_at_a_dev_server_comes_back_to_it()
    {
        const string devServer = "http://localhost:5173";
        await using var sandbox = await SandboxServer.StartAsync(publicUrl: devServer);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });

        using var request = new HttpRequestMessage(HttpMethod.Get, sandbox.At("/login")) { Headers = { Host = new Uri(devServer).Authority } };
        using var login = await http.SendAsync(request, TestContext.Current.CancellationToken);
        using var amazon = await http.GetAsync(login.Headers.Location, TestContext.Current.CancellationToken);

        Assert.Contains(Uri.EscapeDataString(devServer + "/callback"), login.Headers.Location!.Query, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, amazon.StatusCode); // its sign-in page: the redirect URI is one that it knows
    }
}
