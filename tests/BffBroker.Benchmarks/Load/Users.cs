using System.Globalization;
using System.Net;

namespace BffBroker.Benchmarks.Load;

/// <summary>Browsers that log in at the broker, all at Amazon's word, and log out again.</summary>
internal sealed class Users(Uri broker, Uri publicUrl, int connections) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, MaxConnectionsPerServer = connections })
    {
        BaseAddress = broker,
        DefaultRequestHeaders = { Host = publicUrl.Authority },
    };

    private ParallelOptions AtOnce => new() { MaxDegreeOfParallelism = connections };

    /// <summary>Logs in users of these numbers, and gives their Cookie headers.</summary>
    public async Task<IReadOnlyList<string>> LogInAsync(int first, int count)
    {
        var cookies = new string[count];
        await Parallel.ForAsync(0, count, AtOnce, async (index, _) => cookies[index] = await LogInAsync(first + index));
        return cookies;
    }

    public async Task LogOutAsync(IEnumerable<string> cookies) => await Parallel.ForEachAsync(
        cookies, AtOnce, async (cookie, _) => await SendAsync(HttpMethod.Post, "/logout", cookie, HttpStatusCode.NoContent));

    /// <summary>How each of them is answered.</summary>
    public async Task<IReadOnlyDictionary<HttpStatusCode, int>> GetAsync(string path, IReadOnlyList<string?> cookies)
    {
        var statuses = new HttpStatusCode[cookies.Count];
        await Parallel.ForAsync(0, cookies.Count, AtOnce, async (index, _) =>
        {
            using var request = Request(HttpMethod.Get, path, cookies[index]);
            using var answer = await _http.SendAsync(request, CancellationToken.None);
            statuses[index] = answer.StatusCode;
        });
        return statuses.CountBy(status => status).ToDictionary();
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> LogInAsync(int number)
    {
        var user = string.Create(CultureInfo.InvariantCulture, $"amzn1.account.USER{number:D8}");
        using var toAmazon = await SendAsync(HttpMethod.Get, "/login", null, HttpStatusCode.Redirect);
        var state = toAmazon.Headers.Location!.Query.Split("state=")[1].Split('&')[0];
        using var back = await SendAsync(HttpMethod.Get, $"/callback?code={user}&scope=profile&state={state}", CookieOf(toAmazon), HttpStatusCode.Redirect);
        return CookieOf(back);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? cookie, HttpStatusCode expected)
    {
        using var request = Request(method, path, cookie);
        var answer = await _http.SendAsync(request);
        return answer.StatusCode == expected ? answer : throw new InvalidOperationException($"{path.Split('?')[0]} answered {(int)answer.StatusCode}.");
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string? cookie)
    {
        var request = new HttpRequestMessage(method, path) { Headers = { { "X-CSRF", "1" } } };
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        return request;
    }

    private static string CookieOf(HttpResponseMessage answer) => answer.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]).First(cookie => !cookie.EndsWith('='));
}
