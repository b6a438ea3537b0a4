using System.Net.Sockets;
using BffBroker.Sessions;
using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>What an exception of the client means.</summary>
/// <param name="Outcome">For the histogram: <c>unavailable</c>, <c>timeout</c> or <c>refused</c>.</param>
/// <param name="Reason">For a log: what Redis itself said, or how the connection failed.</param>
internal sealed record RedisError(string Outcome, string Reason, RedisErrorEffect Effect)
{
    // Redis Cluster answers the first four while masters change. The others: the server asks for a login that the client has not made.
    private static readonly string[] Lost = ["CLUSTERDOWN", "MASTERDOWN", "MOVED", "TRYAGAIN", "NOAUTH", "WRONGPASS"];
    private static readonly string[] Rejected = ["ERR", "WRONGTYPE", "NOPERM", "NOSCRIPT", "CROSSSLOT"];

    /// <summary>The command may have been done, or may still be.</summary>
    public bool IsOutcomeUnknown { get; private init; }

    /// <summary>Null for an exception that has nothing to do with Redis.</summary>
    public static RedisError? Of(Exception exception) => exception switch
    {
        StoreUnavailableException => new("unavailable", exception.Message, RedisErrorEffect.ConnectionLost),
        RedisServerException => new("refused", WithoutArguments(exception.Message), EffectOf(exception.Message)),

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

    /// <summary>Whether a key holds a value of another type than it should.</summary>
    public static bool IsWrongType(StoreUnavailableException exception) =>
        exception.InnerException is RedisServerException said && said.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal);

    /// <summary>An error of Redis, fit for a log. Redis quotes the arguments of a command that it does not know, such as a password or a handle.</summary>
    public static string WithoutArguments(string error) => error.Split(", with args beginning with:")[0];

    private static RedisError Unknown(string outcome, string reason, RedisErrorEffect effect) => new(outcome, reason, effect) { IsOutcomeUnknown = true };

    // Redis before 7 puts the error of a script's command at the end of a message of its own.
    private static RedisErrorEffect EffectOf(string message) =>
        message.StartsWith("READONLY", StringComparison.Ordinal) || message.Contains("-READONLY ", StringComparison.Ordinal) ? RedisErrorEffect.ReadOnly
        : Lost.Any(word => message.StartsWith(word, StringComparison.Ordinal)) ? RedisErrorEffect.ConnectionLost
        : Rejected.Any(word => message.StartsWith(word + " ", StringComparison.Ordinal)) ? RedisErrorEffect.Rejected
        : RedisErrorEffect.Temporary;
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
