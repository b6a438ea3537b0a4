using BffBroker.Amazon;
using BffBroker.Api;
using BffBroker.Endpoints;
using BffBroker.Management;
using BffBroker.OAuth;
using BffBroker.Redis;
using BffBroker.Sessions;
using BffBroker.Settings;
using BffBroker.Telemetry;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Serilog;
using Serilog.Events;
using SessionOptions = BffBroker.Sessions.SessionOptions;

namespace BffBroker;

/// <summary>The broker, put together: services by folder, then the pipeline in its order.</summary>
internal static class Broker
{
    public static void AddBroker(this WebApplicationBuilder builder)
    {
        builder.AddLogging();
        builder.AddSettings();
        builder.AddListener();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<BrokerMeter>();
        builder.Services.AddSessions();
        builder.Services.AddAmazon();
        builder.Services.AddStore(builder.Configuration);
        builder.Services.AddKeyRing(builder.Configuration);
        builder.Services.AddEndpoints();
        builder.Services.AddApis(builder.Configuration.GetSection(ApiRules.Section));
        builder.Services.AddSingleton<ScopesThatMayBeAsked>(provider =>
        {
            var amazon = provider.GetRequiredService<IOptionsMonitor<AmazonOptions>>();
            return () => amazon.CurrentValue.ScopesThatMayBeAsked;
        });
        builder.Services.AddHostedService<ManagementHost>();
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddSingleton<AdminEndpoints>();
    }

    public static void UseBroker(this WebApplication app)
    {
        var site = app.Services.GetRequiredService<PublicSite>();
        app.UseSerilogRequestLogging(options =>
        {
            options.Logger = app.Services.GetRequiredService<Serilog.ILogger>();
            options.EnrichDiagnosticContext = (line, http) => line.Set("RequestId", http.TraceIdentifier);
            options.GetMessageTemplateProperties = (http, _, milliseconds, status) =>
            [
                new("RequestMethod", new ScalarValue(http.Request.Method)),
                new("RequestPath", new ScalarValue(http.LoggedPath)),
                new("StatusCode", new ScalarValue(status)),
                new("Elapsed", new ScalarValue(milliseconds)),
            ];
        });
        app.UseMiddleware<BrokerEdge>();
        app.UseForwardedHeadersOfTrustedProxies();
        if (site.PathBase.Length > 0)
        {
            app.UsePathBase(site.PathBase);
        }

        app.UseRouting();
        app.UseCors();
        LoginEndpoint.Map(app);
        CallbackEndpoint.Map(app);
        AuthNginxEndpoint.Map(app);
        AuthForwardEndpoint.Map(app);

        var sessionEndpoints = app.MapGroup("").RequireCors().AddEndpointFilter(app.Services.GetRequiredService<CrossSiteDefence>());
        MeEndpoint.Map(sessionEndpoints);
        SessionEndpoint.Map(sessionEndpoints);
        SessionsEndpoint.Map(sessionEndpoints);
        LogoutEndpoint.Map(sessionEndpoints);
        ApiEndpoints.Map(app);
    }

    public static void AddAmazon(this IServiceCollection services) => services
        .AddSingleton<AmazonHttp>()
        .AddSingleton<AmazonPipelines>()
        .AddSingleton<AmazonRequests>()
        .AddSingleton<TokenEndpoint>()
        .AddSingleton<ProfileEndpoint>()
        .AddSingleton<RefreshGrant>(provider => provider.GetRequiredService<TokenEndpoint>().RefreshAsync);

    private static void AddSessions(this IServiceCollection services) => services
        .AddSingleton<StoreSignals>()
        .AddSingleton<KeyRing>()
        .AddSingleton<SessionSeal>()
        .AddSingleton<RecentWrites>()
        .AddSingleton<RememberingStore>()
        .AddSingleton<SessionIndex>()
        .AddSingleton<SessionVault>()
        .AddSingleton<SessionEnding>()
        .AddSingleton<UserSessions>()
        .AddSingleton<UserHandleOf>(provider =>
        {
            var amazon = provider.GetRequiredService<IOptionsMonitor<AmazonOptions>>();
            return userId => UserHandle.Of(amazon.CurrentValue.ClientId, userId);
        })
        .AddSingleton<RefreshCall>()
        .AddSingleton<SessionRefresh>()
        .AddSingleton<LeasedRefresh>()
        .AddSingleton<RefreshPauses>()
        .AddSingleton<SessionTokens>()

        // Stopped in reverse: what the last refreshes bring is still written.
        .AddHostedService<WriteAgain>()
        .AddHostedService(provider => provider.GetRequiredService<SessionTokens>())
        .AddSingleton<LoginStates>()
        .AddSingleton(provider => new RefreshLimits(
            provider.GetRequiredService<IOptions<AmazonOptions>>().Value.Timeout,
            provider.GetRequiredService<IOptions<SessionOptions>>().Value.RefreshAhead));

    private static void AddStore(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration.HasRedis)
        {
            services
                .AddSingleton<RedisLink>()
                .AddSingleton<RedisConnection>()
                .AddSingleton<EvictionPolicy>()
                .AddHostedService(provider => provider.GetRequiredService<RedisConnection>())
                .AddSingleton<RedisKeys>()
                .AddSingleton<ISessionStore, RedisSessionStore>()
                .AddSingleton<IUserIndex, RedisUserIndex>()
                .AddSingleton<IRefreshLeases, RedisRefreshLeases>()
                .AddSingleton<IUsedStates, RedisUsedStates>();
        }
        else
        {
            services
                .AddSingleton<ISessionStore, InMemorySessionStore>()
                .AddSingleton<IUserIndex, InMemoryUserIndex>()
                .AddSingleton<IRefreshLeases, InMemoryRefreshLeases>()
                .AddSingleton<IUsedStates, InMemoryUsedStates>();
        }
    }

    private static void AddEndpoints(this IServiceCollection services) => services
        .AddCors()
        .AddSingleton<ICorsPolicyProvider, CorsPolicies>()
        .AddSingleton<PublicSite>()
        .AddSingleton<StandardHeaders>()
        .AddSingleton<TrustedProxies>()
        .AddSingleton<LoginRateLimit>()
        .AddSingleton<BrokerCookies>()
        .AddSingleton<CrossSiteDefence>()
        .AddSingleton<SessionAccess>()
        .AddSingleton<GatewayCheck>()
        .AddSingleton<AuthNginxEndpoint>()
        .AddSingleton<AuthForwardEndpoint>()
        .AddSingleton<LoginEndpoint>()
        .AddSingleton<CallbackEndpoint>()
        .AddSingleton<LoginCompletion>()
        .AddSingleton<MeEndpoint>()
        .AddSingleton<SessionsEndpoint>()
        .AddSingleton<LogoutEndpoint>();
}
