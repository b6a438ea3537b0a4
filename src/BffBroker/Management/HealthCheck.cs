using System.Net;
using System.Text.Json;

namespace BffBroker.Management;

/// <summary><c>healthcheck</c>: asks the broker beside it, for a container that has no other program. It needs no valid configuration, and builds no broker.</summary>
internal static class HealthCheck
{
    private const int Failed = 1;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>The exit code: 0 when it is <paramref name="state"/>, <c>ready</c> or <c>live</c>.</summary>
    public static async Task<int> RunAsync(string state, string[] args)
    {
        var (isSo, line) = await AskAsync(state, BrokerSettings.ManagementUrlOf(args));
        await Console.Out.WriteLineAsync(line);
        return isSo ? 0 : Failed;
    }

    private static async Task<(bool IsSo, string Line)> AskAsync(string state, string listeningOn)
    {
        if (ListenAddress.Parse(listeningOn) is not { Scheme: "http", Port: > 0 } address)
        {
            return (false, $"not {state}: Management:Url names no address and port to ask");
        }

        var url = new UriBuilder(address.Scheme, HostToAsk(address.Host), address.Port, "/health/" + state).Uri;
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { Timeout = LongestWait };
        try
        {
            using var response = await http.GetAsync(url);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return (true, state);
            }

            var answer = JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(), HealthJson.Default.HealthAnswer);
            return (false, $"not {state}: {string.Join(", ", answer?.Failed ?? [])}");
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or JsonException)
        {
            var trouble = exception is OperationCanceledException ? $"no answer within {LongestWait.TotalSeconds} s" : "no answer of a broker";
            return (false, $"not {state}: {trouble} at {url.Authority}");
        }
    }

    // Who listens everywhere is reached over loopback.
    private static string HostToAsk(string host) =>
        host is "*" or "+" ? IPAddress.Loopback.ToString()
        : !IPAddress.TryParse(host, out var address) ? host
        : address.Equals(IPAddress.Any) ? IPAddress.Loopback.ToString()
        : address.Equals(IPAddress.IPv6Any) ? $"[{IPAddress.IPv6Loopback}]"
        : host;
}
