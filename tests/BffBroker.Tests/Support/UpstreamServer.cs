using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace BffBroker.Tests.Support;

/// <summary>An API or another application on a free port of this process, which remembers what it was asked.</summary>
internal sealed class UpstreamServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private UpstreamServer(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    public ConcurrentQueue<UpstreamRequest> Requests { get; } = new();

    public UpstreamRequest Last => Requests.Last();

    /// <summary>What it answers; at first 200 with nothing.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public static async Task<UpstreamServer> StartAsync()
    {
        var builder = QuietServer.NewBuilder();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.RequestHeaderEncodingSelector = _ => System.Text.Encoding.Latin1; // byte for byte, as a broker sends them on
            kestrel.ResponseHeaderEncodingSelector = _ => System.Text.Encoding.UTF8;
        });
        var server = new UpstreamServer(builder.Build());
        server._app.UseWebSockets();
        server._app.Run(async http =>
        {
            server.Requests.Enqueue(new(
                http.Request.Method,
                http.Features.Get<IHttpRequestFeature>()!.RawTarget,
                new HeaderDictionary(http.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase))));
            await server.Answer(http);
        });
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Every answer has this header.</summary>
    public void AnswerWith(int status, params (string Name, string Value)[] headers) => Answer = http =>
    {
        http.Response.StatusCode = status;
        foreach (var (name, value) in headers)
        {
            http.Response.Headers.Append(name, value);
        }

        return Task.CompletedTask;
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <summary>A request as it reached an <see cref="UpstreamServer"/>.</summary>
/// <param name="Target">The request line's, as it came.</param>
internal sealed record UpstreamRequest(string Method, string Target, IHeaderDictionary Headers)
{
    public string? Token => Header("Authorization");

    public string? Header(string name) => Headers.TryGetValue(name, out var values) ? Assert.Single(values) : null;

    /// <summary>By any character between the words, and in any case: so CGI and its heirs read names.</summary>
    public IEnumerable<string> ValuesOf(string name) => Headers.Where(header => Plain(header.Key) == Plain(name)).SelectMany(header => header.Value).OfType<string>();

    private static string Plain(string name) => string.Concat(name.Select(character => char.IsAsciiLetterOrDigit(character) ? char.ToLowerInvariant(character) : '-'));
}
