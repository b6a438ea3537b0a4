using System.Net.Sockets;
using BffBroker.Sessions;
using StackExchange.Redis;

namespace BffBroker.Redis;

/// <summary>What an exception of the client means.</summary>
/// <param name="Outcome">For the histogram: <c>unavailable</c>, <c>timeout</c> or <c>refused</c>.</param>
/// <param name="Reason">For a log: what Redis itself said, or how the connection failed.</param>
/// <param name="Kind">What it says of the connection.</param>
internal sealed record RedisFailure(string Outcome, string Reason, RedisFailureKind Kind)
{
    private static readonly string[] NotHere = ["READONLY", "NOAUTH", "WRONGPASS", "ERR invalid password", "CLUSTERDOWN", "MOVED", "MASTERDOWN"];
    private static readonly string[] OurFault = ["ERR", "WRONGTYPE", "NOPERM", "NOSCRIPT", "CROSSSLOT"];

    /// <summary>Null for an exception that has nothing to do with Redis.</summary>
    public static RedisFailure? Of(Exception exception) => exception switch
    {
        StoreUnavailableException => new("unavailable", exception.Message, RedisFailureKind.Lost),
        RedisServerException => new("refused", WithoutArguments(exception.Message), KindOf(exception.Message)),
        RedisConnectionException lost => new("unavailable", $"The connection to Redis failed: {lost.FailureType}.", RedisFailureKind.Lost),
        TimeoutException => new("timeout", "Redis did not answer in time.", RedisFailureKind.Late),
        // A command that has nowhere to go, since all that is reached is a replica.
        RedisCommandException => new("unavailable", "No Redis that takes the command is connected.", RedisFailureKind.NotHere),
        RedisException or ObjectDisposedException or OperationCanceledException or IOException or SocketException =>
            new("unavailable", "The connection to Redis is closed.", RedisFailureKind.Lost),

        // A connection that breaks at a bad moment makes client 1.2.6 stumble over itself.
        _ when exception.Source == typeof(ConnectionMultiplexer).Assembly.GetName().Name =>
            new("unavailable", $"The Redis client failed: {exception.GetType().Name}.", RedisFailureKind.Lost),
        _ => null,
    };

    /// <summary>Whether a key holds something else than it should.</summary>
    public static bool IsWrongType(StoreUnavailableException exception) =>
        exception.InnerException is RedisServerException said && said.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal);

    /// <summary>An error of Redis, fit for a log: of a command that it does not know it quotes the arguments, a password or a handle among them.</summary>
    public static string WithoutArguments(string error) => error.Split(", with args beginning with:")[0];

    // Redis before 7 puts what a script's command met at the end of its own message.
    private static RedisFailureKind KindOf(string message) =>
        NotHere.Any(word => message.StartsWith(word, StringComparison.Ordinal)) || message.Contains("-READONLY ", StringComparison.Ordinal) ? RedisFailureKind.NotHere
        : OurFault.Any(word => message.StartsWith(word + " ", StringComparison.Ordinal)) ? RedisFailureKind.OurFault
        : RedisFailureKind.NotNow;
}
