using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>A broker that believes what this machine forwards, asked as gateways ask.</summary>
internal static class GatewayWorld
{
    public const string Key = "the-gateway-key-of-the-tests-0123456789";

    public static readonly (string, string) Trust = ("Broker:TrustedProxies:0", "127.0.0.1");

    public static readonly (string, string)[] PassToken = [Trust, ("Gateway:PassAccessToken", "true"), ("Gateway:Key", Key)];

    public static readonly (string, string)[] Navigation = [("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"), ("Accept", "text/html,*/*;q=0.8")];

    public static readonly (string, string)[] Fetch = [("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Dest", "empty"), ("Accept", "*/*")];

    extension(World world)
    {
        public Task<HttpResponseMessage> AskNginxAsync(string query = "", params (string, string)[] headers) =>
            world.Browser.SendAsync(HttpMethod.Get, World.At("/auth/nginx" + query), headers: headers);

        public Task<HttpResponseMessage> AskForwardAsync(string uri, params (string, string)[] headers) =>
            world.SendForwardAsync([("X-Forwarded-Method", "GET"), ("X-Forwarded-Proto", "http"), ("X-Forwarded-Host", BrokerServer.Authority), ("X-Forwarded-Uri", uri), .. headers]);

        public Task<HttpResponseMessage> SendForwardAsync(IEnumerable<(string, string)> headers, string query = "") =>
            world.Browser.SendAsync(HttpMethod.Get, World.At("/auth/forward" + query), headers: headers);

        /// <summary>Both protocols, with what a script's request would carry.</summary>
        public async Task<HttpStatusCode[]> AskBothAsync(string query = "", params (string, string)[] headers)
        {
            using var nginx = await world.AskNginxAsync(query, headers);
            using var forward = await world.SendForwardAsync(
                [("X-Forwarded-Proto", "http"), ("X-Forwarded-Host", BrokerServer.Authority), ("X-Forwarded-Uri", "/"), .. Fetch, .. headers], query);
            return [nginx.StatusCode, forward.StatusCode];
        }
    }

    public static string? Header(this HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.Single() : null;
}
