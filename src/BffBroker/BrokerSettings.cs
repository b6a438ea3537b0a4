using BffBroker.Amazon;
using BffBroker.Endpoints;
using BffBroker.Management;
using BffBroker.Redis;
using BffBroker.Sessions;
using BffBroker.Settings;
using BffBroker.Telemetry;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;

namespace BffBroker;

/// <summary>Where settings come from, and which class takes which section. Nothing else reads the configuration.</summary>
internal static class BrokerSettings
{
    public static void AddSettings(this WebApplicationBuilder builder)
    {
        builder.Configuration.AddSecretsDirectory();
        builder.Services.AddSection<AmazonOptions, AmazonOptionsValidator>(AmazonOptions.Section);
        builder.Services.AddSingleton<IOptionsMonitor<AmazonOptions>, LastValidOptions<AmazonOptions>>();
        builder.Services.AddSection<BrokerOptions, BrokerOptionsValidator>(BrokerOptions.Section);
        builder.Services.AddSection<RateLimitOptions>(RateLimitOptions.Section);
        builder.Services.AddSection<SessionOptions>(SessionOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<SessionOptions>>(provider =>
            new CookieRules(provider.GetRequiredService<IConfiguration>()[$"{BrokerOptions.Section}:{nameof(BrokerOptions.PublicUrl)}"]));
        builder.Services.AddSection<GatewayOptions, GatewayOptionsValidator>(GatewayOptions.Section);
        builder.Services.AddSingleton<IOptionsMonitor<GatewayOptions>, LastValidOptions<GatewayOptions>>();
        builder.Services.AddAllowList<GatewayOptions>(
            $"{GatewayOptions.Section}:{nameof(GatewayOptions.AllowedUsers)}",
            "Name at least one user_id, under a number: as an environment variable, this name with '__0'.",
            gateway => gateway.AllowedUsers.Count == 0);
        builder.Services.AddSingleton<IOptionsMonitor<HostFilteringOptions>, LastValidOptions<HostFilteringOptions>>();
        builder.Services.AddAllowList<HostFilteringOptions>(
            "AllowedHosts", "Name at least one host, and separate several by ';' in one text.", hosts => hosts.AllowedHosts.Any(IsEveryHost));
        builder.Services.AddOptions<HostFilteringOptions>().ValidateOnStart();
        builder.Services.AddSection<KeyRingOptions, KeyRingOptionsValidator>(KeyRingOptions.Section);
        builder.Services.AddSection<ManagementOptions, ManagementOptionsValidator>(ManagementOptions.Section);
        builder.Services.AddSingleton<IOptionsMonitor<ManagementOptions>, LastValidOptions<ManagementOptions>>();
        builder.Services.AddSection<RedisOptions, RedisOptionsValidator>(RedisOptions.Section)
            .Configure<IConfiguration>((redis, configuration) => redis.ConnectionString = configuration.RedisConnectionString);
        builder.Services.AddSingleton<IOptionsMonitor<RedisOptions>, LastValidOptions<RedisOptions>>();
        builder.Services.AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>().AddOptions<TelemetryOptions>()
            .Configure<IConfiguration>((telemetry, configuration) =>
            {
                telemetry.Endpoint = configuration[TelemetryOptions.EndpointKey];
                telemetry.Protocol = configuration[TelemetryOptions.ProtocolKey];
                telemetry.Headers = configuration[TelemetryOptions.HeadersKey];
            })
            .ValidateOnStart();
    }

    /// <summary>Where the broker with this configuration has its management listener; the configuration need not be valid.</summary>
    public static string ManagementUrlOf(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Configuration.AddSecretsDirectory();
        var management = new ManagementOptions();
        SettingText.BindReadable(builder.Configuration.GetSection(ManagementOptions.Section), management);
        return management.Url;
    }

    // One file a key, as Docker and Kubernetes mount secrets: Amazon__ClientSecret. Kubernetes swaps a link of a dot name, which raises no
    // event for the files behind it: so they are polled.
    private static void AddSecretsDirectory(this ConfigurationManager configuration)
    {
        var directory = configuration["Secrets:Directory"] ?? "/run/secrets";
        if (Directory.Exists(directory))
        {
            configuration.AddKeyPerFile(source =>
            {
                source.FileProvider = new PhysicalFileProvider(Path.GetFullPath(directory)) { UsePollingFileWatcher = true, UseActivePolling = true };
                source.ReloadOnChange = true;
                source.Optional = true;
            });
        }
    }

    // As the framework's filter has it, which gets "*" for a list that is left out.
    private static bool IsEveryHost(string host) => host is "*" or "[::]" or "0.0.0.0";

    private static void AddAllowList<TOptions>(this IServiceCollection services, string key, string remedy, Func<TOptions, bool> isOpen)
        where TOptions : class => services
        .AddSingleton(provider => new AllowList<TOptions>(provider.GetRequiredService<IConfiguration>(), key, remedy, isOpen))
        .AddSingleton<IValidateOptions<TOptions>>(provider => provider.GetRequiredService<AllowList<TOptions>>());

    private static OptionsBuilder<TOptions> AddSection<TOptions, TValidator>(this IServiceCollection services, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
        return services.AddSection<TOptions>(section);
    }

    private static OptionsBuilder<TOptions> AddSection<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services
            .AddSingleton<IOptionsChangeTokenSource<TOptions>>(provider =>
                new ConfigurationChangeTokenSource<TOptions>(provider.GetRequiredService<IConfiguration>().GetSection(section)))
            .AddSingleton<IValidateOptions<TOptions>>(provider =>
                new SectionValidator<TOptions>(provider.GetRequiredService<IConfiguration>().GetSection(section)));

        return services.AddOptions<TOptions>()
            .Configure<IConfiguration>((options, configuration) => SettingText.BindReadable(configuration.GetSection(section), options))
            .ValidateOnStart();
    }
}
