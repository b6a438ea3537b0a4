using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>A whole site: Amazon, a broker process, an application, and real gateways before them, all under the public URL.</summary>
internal sealed class ProtectedSite : IAsyncDisposable
{
    public const string Spa = "<h1>the app</h1>";
    public const string MembersPage = "<h1>for members</h1>";

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string?> _settings;
    private readonly Dictionary<GatewayProgram, RunningGateway> _gateways = [];
    private FaultProxy? _link;

    private ProtectedSite(AmazonServer amazon, UpstreamServer service, SemaphoreSlim events, string redis, (string Key, string Value)[] settings)
    {
        (Amazon, Service, Events) = (amazon, service, events);
        _settings = BrokerProcess.Settings(amazon.Url, redis, $"test-{Guid.NewGuid():N}:", _folder.Path);
        _settings["Session:RefreshAhead"] = "00:00:00";
        _settings["Redis:Timeout"] = "00:00:05"; // a machine that is busy with other tests is no outage
        foreach (var (key, value) in settings.Concat(ApiOf(service)).Prepend(GatewayWorld.Trust))
        {
            _settings[key] = value;
        }

        Directory.CreateDirectory(Path.Combine(_folder.Path, "spa"));
        Directory.CreateDirectory(Path.Combine(_folder.Path, "members"));
        File.WriteAllText(Path.Combine(_folder.Path, "spa", "index.html"), Spa);
        File.WriteAllText(Path.Combine(_folder.Path, "members", "page.html"), MembersPage);
    }

    public AmazonServer Amazon { get; }

    public UpstreamServer Service { get; }

    /// <summary>Lets the service's event stream send its next event.</summary>
    public SemaphoreSlim Events { get; }

    public BrokerProcess Broker { get; private set; } = null!;

    public string Files => _folder.Path;

    /// <summary>Both gateways, one broker.</summary>
    public static async Task<ProtectedSite> StartAsync(string redis, params (string Key, string Value)[] settings)
    {
        var events = new SemaphoreSlim(0);
        var site = new ProtectedSite(await AmazonServer.StartAsync(), await ProtectedService.StartAsync(events), events, redis, settings);
        try
        {
            await site.StartBrokerAsync();
            foreach (var program in Enum.GetValues<GatewayProgram>())
            {
                site._gateways[program] = await RunningGateway.StartAsync(
                    program, new(site._link!.Address, site.Service.Url.Authority, site.Files, site._settings.GetValueOrDefault("Gateway:Key")));
            }

            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    public Uri UrlOf(GatewayProgram program) => _gateways[program].Url;

    public string LogOf(GatewayProgram program) => _gateways[program].AccessLog;

    public Browser NewBrowser(GatewayProgram program) => new Browser().Route(BrokerServer.Authority, UrlOf(program));

    public async Task<Browser> LogInAsync(GatewayProgram program, string customer = "ada", TimeSpan? tokenLife = null)
    {
        var browser = NewBrowser(program);
        (Amazon.Simulator.Settings.AutoApprove, Amazon.Simulator.Settings.TokenLifetime) = (customer, tokenLife ?? TimeSpan.FromHours(1));
        await browser.VisitAsync(World.At("/login"));
        Assert.NotNull(browser.Cookie(BrokerServer.PublicUrl, "__Host-bff"));
        return browser;
    }

    /// <summary>Another broker at the same address; the gateways are not told.</summary>
    public async Task StartBrokerAsync()
    {
        Broker = await BrokerProcess.StartAsync(_settings);
        _link ??= new(Broker.Url.Port);
        _link.LeadTo(Broker.Url.Port);
    }

    // The same application behind the broker's own proxy: /api/service/… is its /service/….
    private static (string Key, string Value)[] ApiOf(UpstreamServer service) =>
    [
        ("ReverseProxy:Routes:service:ClusterId", "service"), ("ReverseProxy:Routes:service:Match:Path", "/api/service/{**rest}"),
        ("ReverseProxy:Routes:service:Transforms:0:PathRemovePrefix", "/api"), ("ReverseProxy:Clusters:service:Destinations:one:Address", service.Url.ToString()),
    ];

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in _gateways.Values)
        {
            await gateway.DisposeAsync();
        }

        if (_link is not null)
        {
            await _link.DisposeAsync();
        }

        if (Broker is not null)
        {
            await Broker.DisposeAsync();
        }

        await Service.DisposeAsync();
        await Amazon.DisposeAsync();
        _folder.Dispose();
    }
}
