using System.Net;
using Microsoft.AspNetCore.Http;

namespace BffBroker.Tests.Support;

/// <summary>Both ends of server-sent events.</summary>
internal static class EventStream
{
    private const string ContentType = "text/event-stream";

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromMinutes(2) };

    /// <summary>The upstream's end: <c>data: 1</c> and so on, each when it is let go.</summary>
    public static async Task SendAsync(HttpContext http, SemaphoreSlim next, int count = int.MaxValue)
    {
        http.Response.ContentType = ContentType;
        for (var number = 1; number <= count; number++)
        {
            await next.WaitAsync(http.RequestAborted);
            await http.Response.WriteAsync($"data: {number}\n\n", http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }

    public static async Task<StreamReader> OpenAsync(Uri server, string path, string? sessionCookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, path)) { Headers = { Host = BrokerServer.Authority } };
        request.Headers.Add("Cookie", $"__Host-bff={sessionCookie}");
        var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, ContentType), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        return new(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    public static async Task AssertNextAsync(this StreamReader events, int number)
    {
        Assert.Equal($"data: {number}", await events.ReadLineAsync(TestContext.Current.CancellationToken));
        Assert.Equal("", await events.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Until it is cut.</summary>
    public static Task EndedAsync(this StreamReader events) => Assert.ThrowsAnyAsync<IOException>(() => events.ReadToEndAsync(TestContext.Current.CancellationToken));
}
