using BffBroker.Api;
using BffBroker.Endpoints;
using BffBroker.Management;
using BffBroker.Redis;
using BffBroker.Telemetry;

namespace BffBroker;

/// <summary>The broker, put together: its services, then the pipeline in its order.</summary>
internal static class Broker
{
    // What is under way at SIGTERM has so long; with the last export, and on a busy machine, 20 s in all.
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(13);

    public static void AddBroker(this WebApplicationBuilder builder)
    {
        builder.AddLogging();
        builder.AddSettings();
        builder.AddTelemetry();
        builder.Services.AddHostedService<MetricsAtZero>();
        builder.AddListener();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = LongestStop);
        builder.Services.AddHostedService<ManagementHost>(); // stopped in reverse: it tells of the rest
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSessions();
        builder.Services.AddAmazon();
        builder.Services.AddStore(builder.Configuration);
        builder.Services.AddKeyRing(builder.Configuration);
        builder.Services.AddEndpoints();
        builder.Services.AddApis(builder.Configuration.GetSection(ApiRules.Section));
        builder.Services.AddReadinessChecks(builder.Configuration);
        builder.Services.AddSingleton<HealthEndpoints>();
        builder.Services.AddSingleton<AdminEndpoints>();
    }

    public static void UseBroker(this WebApplication app)
    {
        var site = The<PublicSite>();
        app.UseRequestLog();
        app.UseForwardedHeadersOfTrustedProxies();
        app.UseMiddleware<BrokerEdge>();
        if (site.PathBase.Length > 0)
        {
            app.UsePathBase(site.PathBase);
        }

        app.UseRouting();

        // The middleware asks for its services anew at each request, and has nothing to do at most of them.
        app.UseWhen(http => http.Request.Headers.Origin.Count > 0, branch => branch.UseCors());
        The<LoginEndpoint>().Map(app);
        The<CallbackEndpoint>().Map(app);
        PageStyle.Map(app);
        The<AuthNginxEndpoint>().Map(app);
        The<AuthForwardEndpoint>().Map(app);

        var sessionEndpoints = app.MapGroup("").RequireCors().AddEndpointFilter(The<CrossSiteDefence>());
        The<MeEndpoint>().Map(sessionEndpoints);
        The<SessionEndpoint>().Map(sessionEndpoints);
        The<SessionsEndpoint>().Map(sessionEndpoints);
        The<LogoutEndpoint>().Map(sessionEndpoints);
        ApiEndpoints.Map(app);

        T The<T>()
            where T : notnull => app.Services.GetRequiredService<T>();
    }
}
