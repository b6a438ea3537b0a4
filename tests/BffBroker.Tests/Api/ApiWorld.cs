using System.Net.WebSockets;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Api;

/// <summary>A broker with an API behind it, for users (<c>/api/orders</c>, <c>/api/ads</c>) and for everybody (<c>/api/open</c>).</summary>
internal sealed class ApiWorld : IAsyncDisposable
{
    public const string Spa = "https://spa.example.com";

    private ApiWorld(World world, UpstreamServer upstream) => (World, Upstream) = (world, upstream);

    public World World { get; }

    public UpstreamServer Upstream { get; }

    public Uri Broker => World.Broker.Url;

    public static async Task<ApiWorld> StartAsync(params (string Key, string Value)[] settings)
    {
        var upstream = await UpstreamServer.StartAsync();
        return new(await World.StartAsync([.. Settings(upstream.Url).ExceptBy(settings.Select(setting => setting.Key), setting => setting.Key), .. settings]), upstream);
    }

    public static async Task<ApiWorld> LoggedInAsync(params (string Key, string Value)[] settings)
    {
        var world = await StartAsync(settings);
        await world.World.LogInAsync();
        return world;
    }

    public static (string Key, string Value)[] Settings(Uri upstream) =>
    [
        ("Broker:AllowedOrigins:0", Spa),
        ("Amazon:Scopes:0:Name", "profile"),
        ("Amazon:Scopes:1:Name", "postal_code"), ("Amazon:Scopes:1:AskAtLogin", "false"),
        ("ReverseProxy:Clusters:upstream:Destinations:only:Address", upstream.ToString()),
        ("ReverseProxy:Routes:orders:Match:Path", "/api/orders/{**rest}"), ("ReverseProxy:Routes:orders:ClusterId", "upstream"),
        ("ReverseProxy:Routes:ads:Match:Path", "/api/ads/{**rest}"), ("ReverseProxy:Routes:ads:ClusterId", "upstream"),
        ("ReverseProxy:Routes:ads:Metadata:BffBroker.Scope", "postal_code"),
        ("ReverseProxy:Routes:open:Match:Path", "/api/open/{**rest}"), ("ReverseProxy:Routes:open:ClusterId", "upstream"),
        ("ReverseProxy:Routes:open:Metadata:BffBroker.Token", "none"),
    ];

    public Task<HttpResponseMessage> GetAsync(string path) => World.GetAsync(path);

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers) =>
        World.Browser.SendAsync(method, World.At(path), headers: headers);

    /// <summary>What a program sends that has the browser's cookie.</summary>
    public string Cookie => $"__Host-bff={World.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff")}";

    /// <summary>The Authorization that upstream should see.</summary>
    public async Task<string> TokenAsync()
    {
        var lookup = await World.Broker.Services.GetRequiredService<SessionVault>().FindAsync(World.SessionKey);
        return $"Bearer {Assert.IsType<SessionLookup.Found>(lookup).Session.Tokens.AccessToken.Value}";
    }

    public Task<ClientWebSocket> OpenWebSocketAsync(params (string Name, string Value)[] headers) => WebSockets.OpenAsync(Broker, "/api/orders/live", [("Cookie", Cookie), .. headers]);

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}
