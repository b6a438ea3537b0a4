using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>How to reach Redis. Section <c>Redis</c>, and <c>ConnectionStrings:Redis</c>.</summary>
internal sealed class RedisOptions
{
    public const string Section = "Redis";

    // The client closes a connection on which nothing has arrived for four times as long while commands wait.
    private static readonly TimeSpan ShortestClientTimeout = TimeSpan.FromSeconds(1.25);

    /// <summary>Begins every key.</summary>
    [RegularExpression("[\\x21-\\x7E-[{}]]{0,64}", ErrorMessage = "May have up to 64 printable ASCII characters, without braces (they decide the cluster slot).")]
    public string KeyPrefix { get; set; } = "bff:";

    /// <summary>How long one operation may take before the answer is 503.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:00:30", ErrorMessage = "Must be between {1} and {2}.")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>From <c>ConnectionStrings:Redis</c>. Null: sessions live in memory, in Development only.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>In the place of the user that the connection string names.</summary>
    public string? User { get; set; }

    /// <summary>In the place of the password in the connection string. It may have any character.</summary>
    public string? Password { get; set; }

    public string Key(string name) => KeyPrefix + name;

    /// <inheritdoc cref="RedisConnectionString.Parse"/>
    public ConfigurationOptions ToConfiguration()
    {
        var configuration = RedisConnectionString.Parse(ConnectionString!);
        configuration.User = User is { Length: > 0 } ? User : configuration.User;
        configuration.Password = Password is { Length: > 0 } ? Password : configuration.Password;
        configuration.AbortOnConnectFail = false; // the broker starts while Redis is down
        configuration.BacklogPolicy = BacklogPolicy.FailFast; // a queued command would be done long after its caller got 503
        configuration.ClientName ??= "BffBroker";
        configuration.SyncTimeout = configuration.AsyncTimeout = (int)Math.Max(Timeout.TotalMilliseconds, ShortestClientTimeout.TotalMilliseconds);
        configuration.KeepAlive = 5; // seconds: finds a dead connection that only waits for messages
        configuration.ConfigCheckSeconds = 5; // how soon a replica that became master is written to
        configuration.ConnectRetry = 1; // the client keeps trying after the first attempt
        configuration.ReconnectRetryPolicy = new LinearRetry(500);
        configuration.SetClientLibrary = false; // a command that Redis before 7.2 does not know
        configuration.IncludeDetailInExceptions = false; // they have keys and addresses

        // A key and a channel outside the prefix, by which such clients choose among several masters. The broker's account need not have them.
        configuration.TieBreaker = "";
        configuration.ConfigurationChannel = "";
        return configuration;
    }
}

/// <summary>Outside Development sessions must survive the process.</summary>
internal sealed class RedisOptionsValidator(IHostEnvironment environment) : IValidateOptions<RedisOptions>
{
    private const string Key = "ConnectionStrings:Redis";

    public ValidateOptionsResult Validate(string? name, RedisOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.ConnectionString))
        {
            return environment.IsDevelopment()
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"{Key}: Required outside Development, where sessions may live in memory. For example 'redis:6379,password=…', or 'rediss://…'.");
        }

        try
        {
            // The client would not log in, and be the default user.
            return options.ToConfiguration() is { User.Length: > 0, Password: null or "" }
                ? ValidateOptionsResult.Fail($"{Key}: Names a user without a password. Add the password, or put it into Redis:Password.")
                : ValidateOptionsResult.Success;
        }
        catch (FormatException exception)
        {
            return ValidateOptionsResult.Fail($"{Key}: {exception.Message}");
        }
    }
}
