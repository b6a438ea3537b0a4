using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>A broker at https://app.example.com that may return to two other origins, and every redirect of its that follows a return URL.</summary>
internal sealed class RedirectRig : IAsyncDisposable
{
    public static readonly string[] Origins = ["https://app.example.com", "https://spa.example.com:8443", "https://wiki.example.com"];

    // Plain http to the port of https: a proxy in front ends TLS, and passes the Host header on.
    private const string Site = "http://app.example.com:443";

    private readonly World _world;
    private readonly Browser _browser;

    private RedirectRig(World world)
    {
        _world = world;
        _browser = new Browser().Route("app.example.com:443", world.Broker.Url).Route("other.example.com:443", world.Broker.Url);
        world.Amazon.Simulator.Clients.All[0].AddRedirectUri(Origins[0] + "/callback");
    }

    public static async Task<RedirectRig> StartAsync() => new(await World.StartAsync(
        ("Broker:PublicUrl", Origins[0]), ("Broker:AllowedOrigins:0", Origins[1]), ("Broker:ReturnOrigins:0", Origins[2])));

    /// <param name="returnUrl">As it stands in a query or a form.</param>
    public async Task<IReadOnlyList<Redirection>> FollowAsync(string returnUrl)
    {
        List<Redirection> all =
        [
            await RedirectedAsync(returnUrl, "logout by form", SendAsync(HttpMethod.Post, "/logout", Form($"returnUrl={returnUrl}"))),
            await RedirectedAsync(returnUrl, "logout by query", SendAsync(HttpMethod.Post, $"/logout?returnUrl={returnUrl}", Form(""))),
            await RedirectedAsync(returnUrl, "login on another host", _browser.OpenAsync(Exactly($"http://other.example.com:443/login?returnUrl={returnUrl}"))),
        ];
        if (await BeginAsync(returnUrl) is not { } authorization)
        {
            return all;
        }

        var state = authorization.State();
        all.Add(await RedirectedAsync(returnUrl, "failed login", SendAsync(HttpMethod.Get, $"/callback?error=access_denied&state={state}")));

        var callback = $"/callback{(await _browser.OpenAsync((await BeginAsync(returnUrl))!)).Headers.Location!.Query}";
        all.Add(await RedirectedAsync(returnUrl, "login", SendAsync(HttpMethod.Get, callback)));
        all.Add(await RedirectedAsync(returnUrl, "used state", SendAsync(HttpMethod.Get, callback)));
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
    }

    private async Task<Uri?> BeginAsync(string returnUrl)
    {
        using var login = await SendAsync(HttpMethod.Get, $"/login?returnUrl={returnUrl}");
        if (login.StatusCode == HttpStatusCode.Found)
        {
            Assert.Equal(_world.Amazon.Url.Authority, login.Headers.Location!.Authority);
            return login.Headers.Location;
        }

        Assert.Equal((HttpStatusCode.BadRequest, null), (login.StatusCode, login.Headers.Location));
        return null;
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string pathAndQuery, HttpContent? content = null) => method == HttpMethod.Get
        ? _browser.OpenAsync(Exactly(Site + pathAndQuery))
        : _browser.FetchAsync(method, Exactly(Site + pathAndQuery), content);

    // The header as it came: a Uri would already be one parser's opinion.
    private static async Task<Redirection> RedirectedAsync(string returnUrl, string by, Task<HttpResponseMessage> answering)
    {
        using var answer = await answering;
        Assert.InRange((int)answer.StatusCode, 300, 399);
        return new(returnUrl, by, answer.Headers.NonValidated["Location"].Single());
    }

    private static Uri Exactly(string url) => new(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    private static StringContent Form(string body) => new(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded"));
}

/// <param name="By">The request that was answered with it.</param>
internal sealed record Redirection(string ReturnUrl, string By, string Location);
