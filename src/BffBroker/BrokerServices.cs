using BffBroker.Amazon;
using BffBroker.Api;
using BffBroker.Endpoints;
using BffBroker.Redis;
using BffBroker.Sessions;
using BffBroker.Settings;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace BffBroker;

/// <summary>The broker's services, by folder.</summary>
internal static class BrokerServices
{
    public static void AddAmazon(this IServiceCollection services) => services
        .AddSingleton<AmazonHttp>()
        .AddSingleton<AmazonPipelines>()
        .AddSingleton<AmazonRequests>()
        .AddSingleton<TokenClient>()
        .AddSingleton<ProfileClient>()
        .AddSingleton<RefreshGrant>(provider => provider.GetRequiredService<TokenClient>().RefreshAsync)
        .AddSingleton<ScopesThatMayBeAsked>(provider =>
        {
            var amazon = provider.GetRequiredService<IOptionsMonitor<AmazonOptions>>();
            return () => amazon.CurrentValue.ScopesThatMayBeAsked;
        });

    public static void AddSessions(this IServiceCollection services) => services
        .AddSingleton<StoreSignals>()
        .AddSingleton<KeyRing>()
        .AddSingleton<SessionSeal>()
        .AddSingleton<OpenedRecords>()
        .AddSingleton<RecentWrites>()
        .AddSingleton<RememberingStore>()
        .AddSingleton<SessionIndex>()
        .AddSingleton<SessionBeginning>()
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

    public static void AddStore(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration.HasRedis)
        {
            services
                .AddSingleton<RedisMultiplexer>()
                .AddSingleton<RedisConnection>()
                .AddSingleton<RedisReadOnlyHealthCheck>()
                .AddSingleton<RedisEvictionHealthCheck>()
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

    public static void AddEndpoints(this IServiceCollection services) => services
        .AddCors()

        // Routing would want the middleware also where there is no Origin, and so nothing for it to do.
        .Configure<RouteOptions>(routing => routing.SuppressCheckForUnhandledSecurityMetadata = true)
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
        .AddSingleton<SessionEndpoint>()
        .AddSingleton<SessionsEndpoint>()
        .AddSingleton<LogoutEndpoint>();
}
