using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using BffBroker.Redis;
using StackExchange.Redis;

namespace BffBroker.Management.Doctor;

/// <summary>Knocks at each address as the client would, which only says that it is not connected, and not why.</summary>
internal static class RedisProbe
{
    private const int LongestLine = 512;

    // Who has no password for a Redis lets the client in that brings one. So says Redis since 6, and before.
    private static readonly string[] NeedsNone = ["without any password configured", "no password is set"];

    /// <summary>What is the matter at which address; nothing for one that answers as it should.</summary>
    public static async Task<List<RedisTrouble>> TroublesAsync(RedisOptions options)
    {
        var configuration = options.ToConfiguration();
        var knocks = configuration.EndPoints.Select(async endpoint => (Name: EndPointCollection.ToString(endpoint), Trouble: await KnockAsync(endpoint, configuration)));
        return [.. (await Task.WhenAll(knocks)).Where(knock => knock.Trouble is not null).Select(knock => knock.Trouble! with { Text = $"{knock.Name} {knock.Trouble.Text}" })];
    }

    private static async Task<RedisTrouble?> KnockAsync(EndPoint endpoint, ConfigurationOptions configuration)
    {
        using var limit = new CancellationTokenSource(configuration.ConnectTimeout);
        var isConnected = false;
        try
        {
            using var socket = endpoint is UnixDomainSocketEndPoint
                ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                : new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(endpoint, limit.Token);
            isConnected = true;
            await using var plain = new NetworkStream(socket);
            if (!configuration.Ssl)
            {
                return await GreetAsync(plain, configuration, limit.Token);
            }

            await using var tls = new SslStream(plain);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = configuration.SslHost ?? HostOf(endpoint) }, limit.Token);
            return await GreetAsync(tls, configuration, limit.Token);
        }
        catch (SocketException exception)
        {
            return new(MayPass: true, exception.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => "refuses connections: nothing listens there, or a firewall is between",
                SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => "is a name that does not resolve",
                var other => $"cannot be reached ({other})",
            });
        }
        catch (AuthenticationException)
        {
            return new(MayPass: false, "speaks TLS, but has no certificate that this machine trusts for its name");
        }
        catch (IOException)
        {
            return new(MayPass: false, configuration.Ssl ? "closed the connection; it may not speak TLS (ssl=true)" : "closed the connection; it may expect TLS (ssl=true)");
        }
        catch (OperationCanceledException)
        {
            return new(MayPass: !isConnected || !configuration.Ssl, !isConnected ? "does not answer: a firewall is between, or it hangs"
                : configuration.Ssl ? "takes connections, but does not speak TLS (ssl=true), or hangs"
                : "takes connections and does not answer: it hangs, or expects TLS (ssl=true)");
        }
    }

    private static async Task<RedisTrouble?> GreetAsync(Stream stream, ConfigurationOptions configuration, CancellationToken cancellationToken)
    {
        // A Sentinel has its own login, and does not know ECHO, by which the client connects to all others.
        var isSentinel = !string.IsNullOrEmpty(configuration.ServiceName);
        var (user, password) = isSentinel ? (configuration.SentinelUser, configuration.SentinelPassword) : (configuration.User, configuration.Password);
        string[][] login = string.IsNullOrEmpty(password) ? [] : [string.IsNullOrEmpty(user) ? ["AUTH", password] : ["AUTH", user, password]];
        string[][] commands = [.. login, ["PING"], .. isSentinel ? Array.Empty<string[]>() : [["ECHO", "BffBroker"]]];
        foreach (var command in commands)
        {
            var words = command.Select(word => $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"*{command.Length}\r\n{string.Concat(words)}"), cancellationToken);
            if (await ReadLineAsync(stream, cancellationToken) is ['-', .. var error]
                && !(command[0] == "AUTH" && NeedsNone.Any(said => error.Contains(said, StringComparison.Ordinal))))
            {
                return new(MayPass: error.StartsWith("LOADING", StringComparison.Ordinal), $"answers: {RedisError.WithoutArguments(error)}");
            }
        }

        return null;
    }

    // Cut where it is no answer of Redis: whoever listens there may never come to an end.
    private static async Task<string> ReadLineAsync(Stream stream, CancellationToken cancellationToken)
    {
        var line = new byte[LongestLine];
        var length = 0;
        while (length < line.Length && (length == 0 || line[length - 1] != '\n'))
        {
            await stream.ReadExactlyAsync(line.AsMemory(length++, 1), cancellationToken);
        }

        return Encoding.UTF8.GetString(line, 0, length).TrimEnd();
    }

    private static string HostOf(EndPoint endpoint) => endpoint switch
    {
        DnsEndPoint name => name.Host,
        IPEndPoint ip => ip.Address.ToString(),
        _ => "",
    };
}
