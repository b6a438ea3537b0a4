using BffBroker.Redis;
using StackExchange.Redis;

namespace BffBroker.Benchmarks.Servers;

/// <summary>What the machine allows: the least that a server does which does a part of the broker's work, without any of its care.</summary>
internal static class Yardsticks
{
    public const string Constant = "/constant";
    public const string Redis = "/redis";
    public const string Forwarder = "/forwarder";
    public const string RedisThenForwarder = "/redis-then-forwarder";

    /// <summary>Holds as many bytes as a sealed session has.</summary>
    public const string RedisKey = "yardstick";

    public static async Task RunAsync(int port, string redis, Uri amazon)
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(new RedisOptions { ConnectionString = redis }.ToConfiguration());
        var database = multiplexer.GetDatabase();
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
        var profile = new Uri(amazon, "/user/profile");

        var app = Quiet.Server(port);
        app.MapGet(Constant, () => TypedResults.Ok());
        app.MapGet(Redis, async () => await HasValueAsync() ? Results.Ok() : Results.StatusCode(StatusCodes.Status503ServiceUnavailable));
        app.MapGet(Forwarder, ForwardAsync);
        app.MapGet(RedisThenForwarder, async http =>
        {
            if (await HasValueAsync())
            {
                await ForwardAsync(http);
            }
        });
        await app.RunAsync();

        async Task<bool> HasValueAsync() => !(await database.StringGetAsync(RedisKey)).IsNull;

        async Task ForwardAsync(HttpContext http)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, profile);
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer Atza|amzn1.account.forwarder|1|");
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
            http.Response.StatusCode = (int)answer.StatusCode;
            http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            http.Response.ContentLength = answer.Content.Headers.ContentLength;
            await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
        }
    }
}
