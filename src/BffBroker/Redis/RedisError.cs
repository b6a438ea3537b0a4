using System.Net.Sockets;
using BffBroker.Sessions;
using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>What an exception of the client means.</summary>
/// <param name="Outcome">For the histogram: <c>unavailable</c>, <c>timeout</c> or <c>refused</c>.</param>
/// <param name="Reason">For a log: what Redis itself said, or how the connection failed.</param>
internal sealed record RedisError(string Outcome, string Reason, RedisErrorEffect Effect)
{
    // What a script met. Redis before 7 puts it behind a message of its own, which begins with ERR.
    private static readonly string[] TemporaryInScript = [" -OOM ", " -MISCONF ", " -NOREPLICAS "];

    /// <summary>The command may have been done, or may still be.</summary>
    public bool IsOutcomeUnknown { get; private init; }

    /// <summary>Null for an exception that has nothing to do with Redis.</summary>
    public static RedisError? Of(Exception exception) => exception switch
    {
        StoreUnavailableException => new("unavailable", exception.Message, RedisErrorEffect.ConnectionLost),
        RedisServerException refused => new("refused", WithoutArguments(refused.Message), EffectOf(refused)),

        // The client itself refuses the command. It has not been sent, and says nothing of the connection.
        RedisCommandException => new("refused", "The Redis client refuses the command.", RedisErrorEffect.Rejected),
        RedisConnectionException { FailureType: ConnectionFailureType.UnableToResolvePhysicalConnection } =>
            new("unavailable", "No Redis that takes the command is connected.", RedisErrorEffect.ConnectionLost),
        RedisConnectionException lost => Unknown("unavailable", $"The connection to Redis failed: {lost.FailureType}.", RedisErrorEffect.ConnectionLost),
        TimeoutException => Unknown("timeout", "Redis did not answer in time.", RedisErrorEffect.TimedOut),
        RedisException or ObjectDisposedException or OperationCanceledException or IOException or SocketException =>
            Unknown("unavailable", "The connection to Redis is closed.", RedisErrorEffect.ConnectionLost),
        _ => null,
    };

    /// <summary>Whether Redis itself answered with an error, such as a right that is missing.</summary>
    public static bool IsRefused(StoreUnavailableException exception) => exception.InnerException is RedisServerException;

    /// <summary>Whether a key holds a value of another type than it should.</summary>
    public static bool IsWrongType(StoreUnavailableException exception) =>
        exception.InnerException is RedisServerException { Kind: RedisErrorKind.WrongType };

    /// <summary>An error of Redis, fit for a log. Redis quotes the arguments of a command that it does not know, such as a password or a handle.</summary>
    public static string WithoutArguments(string error) => error.Split(", with args beginning with:")[0];

    private static RedisError Unknown(string outcome, string reason, RedisErrorEffect effect) => new(outcome, reason, effect) { IsOutcomeUnknown = true };

    private static RedisErrorEffect EffectOf(RedisServerException refused) => refused.Kind switch
    {
        _ when refused.Message.Contains(" -READONLY ", StringComparison.Ordinal) => RedisErrorEffect.ReadOnly,
        _ when TemporaryInScript.Any(error => refused.Message.Contains(error, StringComparison.Ordinal)) => RedisErrorEffect.Temporary,
        RedisErrorKind.ReadOnly => RedisErrorEffect.ReadOnly,

        // Redis Cluster answers these while another server becomes the master.
        RedisErrorKind.ClusterDown or RedisErrorKind.MasterDown or RedisErrorKind.Moved or RedisErrorKind.UnknownRedirectTarget => RedisErrorEffect.ConnectionLost,
        RedisErrorKind.NoAuth or RedisErrorKind.WrongPass => RedisErrorEffect.ConnectionLost,
        RedisErrorKind.UnknownError or RedisErrorKind.UnknownCommand or RedisErrorKind.NotPermitted or RedisErrorKind.NoPermission => RedisErrorEffect.Rejected,
        RedisErrorKind.WrongType or RedisErrorKind.NoScript or RedisErrorKind.CrossSlot or RedisErrorKind.ExecAbort => RedisErrorEffect.Rejected,
        _ => RedisErrorEffect.Temporary,
    };
}

/// <summary>What an error says of the connection.</summary>
internal enum RedisErrorEffect
{
    /// <summary>There is no usable connection: a failover may be under way. The client reconnects.</summary>
    ConnectionLost,

    /// <summary>The server is a replica. Only a new connection can find another server under the same name.</summary>
    ReadOnly,

    /// <summary>No answer in time. The client closes a connection on which nothing arrives any more.</summary>
    TimedOut,

    /// <summary>Out of memory, loading, busy: it passes, and no new connection helps.</summary>
    Temporary,

    /// <summary>Only this command failed. The connection is good.</summary>
    Rejected,
}
