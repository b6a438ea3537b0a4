using BffBroker.Amazon;
using BffBroker.Endpoints;
using BffBroker.Management;
using BffBroker.Redis;
using BffBroker.Sessions;
using Microsoft.Extensions.Options;
using SessionOptions = BffBroker.Sessions.SessionOptions;

namespace BffBroker.Settings;

/// <summary>Where settings come from, and which class takes which section. Nothing else reads the configuration.</summary>
internal static class SettingsSetup
{
    private const string RedisConnectionString = "Redis";

    extension(IConfiguration configuration)
    {
        /// <summary>Without Redis, sessions live in memory.</summary>
        public bool HasRedis => !string.IsNullOrWhiteSpace(configuration.GetConnectionString(RedisConnectionString));
    }

    public static void AddSettings(this WebApplicationBuilder builder)
    {
        // One file a key, as Docker and Kubernetes mount secrets: Amazon__ClientSecret.
        var secrets = Path.GetFullPath(builder.Configuration["Secrets:Directory"] ?? "/run/secrets");
        builder.Configuration.AddKeyPerFile(secrets, optional: true, reloadOnChange: true);

        builder.Services.AddSection<AmazonOptions, AmazonOptionsValidator>(AmazonOptions.Section);
        builder.Services.AddSection<BrokerOptions, BrokerOptionsValidator>(BrokerOptions.Section);
        builder.Services.AddSection<SessionOptions>(SessionOptions.Section);
        builder.Services.AddSection<KeyRingOptions, KeyRingOptionsValidator>(KeyRingOptions.Section);
        builder.Services.AddSection<ManagementOptions, ManagementOptionsValidator>(ManagementOptions.Section);
        builder.Services.AddSection<RedisOptions, RedisOptionsValidator>(RedisOptions.Section)
            .Configure<IConfiguration>((redis, configuration) => redis.ConnectionString = configuration.GetConnectionString(RedisConnectionString));
    }

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
