using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>One broker for all rows of a table: the public origin, two allowed ones, and one that may only be returned to.</summary>
public sealed class AllowedOriginsWorld : IAsyncLifetime
{
    public const string Spa = "https://spa.example.com";
    public const string OtherSpa = "https://app.example.com:8443";
    public const string Wiki = "https://wiki.example.com";

    internal World World { get; private set; } = null!;

    public async ValueTask InitializeAsync() => World = await World.StartAsync(
        ("Broker:AllowedOrigins:0", Spa), ("Broker:AllowedOrigins:1", OtherSpa), ("Broker:ReturnOrigins:0", Wiki));

    public ValueTask DisposeAsync() => World.DisposeAsync();

    /// <summary>On a connection of its own, with exactly these header lines.</summary>
    internal Task<string> SendAsync(string method, string path, params string[] headers) => WireClient.AnswerAsync(
        World.Broker.Url,
        $"{method} {path} HTTP/1.1\r\nHost: {BrokerServer.Authority}\r\nConnection: close\r\nContent-Length: 0\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n");
}
