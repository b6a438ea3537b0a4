namespace BffBroker.Settings;

/// <summary>What decides which services there are, before any of them exists.</summary>
internal static class ConfigurationProperties
{
    extension(IConfiguration configuration)
    {
        /// <summary>Null without one: then sessions live in memory.</summary>
        public string? RedisConnectionString =>
            configuration.GetConnectionString("Redis")?.TrimEnd(SettingText.LineBreak) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

        public bool HasRedis => configuration.RedisConnectionString is not null;
    }
}
