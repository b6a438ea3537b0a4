using System.Globalization;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>What the endpoints answer while something is broken, each in one line, with every cookie that is set or cleared.</summary>
/// <param name="Me">Of a session whose access token is dead.</param>
/// <param name="FreshMe">Of a session whose access token lives.</param>
/// <param name="Callback">Of a login that was begun before.</param>
internal sealed record Answers(string Me, string FreshMe, string Session, string Logout, string Callback)
{
    /// <summary>The same in every trouble.</summary>
    public string Login { get; init; } = "302 to Amazon, sets __Host-bff-login";

    /// <inheritdoc cref="Login"/>
    public string MeWithoutCookie { get; init; } = "401 login_required, loginUrl";

    /// <inheritdoc cref="Login"/>
    public string SessionWithoutCookie { get; init; } = "200";

    /// <summary>Of /auth/nginx, for a session whose access token lives.</summary>
    public string Gateway { get; init; } = "200";

    public static async Task<string> DescribeAsync(Task<HttpResponseMessage> answering)
    {
        using var answer = await answering;
        var words = new List<string> { string.Join(' ', [((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture), .. await DetailsAsync(answer)]) };
        if (answer.Headers.RetryAfter is not null)
        {
            words.Add("Retry-After");
        }

        if (answer.Content.Headers.ContentType?.MediaType == "application/problem+json" && (await answer.JsonAsync()).TryGetProperty("loginUrl", out _))
        {
            words.Add("loginUrl");
        }

        words.AddRange(answer.SetCookies().Select(cookie => $"{(cookie.IsGone ? "clears" : "sets")} {cookie.Name}"));
        return string.Join(", ", words);
    }

    private static async Task<string[]> DetailsAsync(HttpResponseMessage answer) => answer switch
    {
        { Headers.Location: { IsAbsoluteUri: true, AbsolutePath: "/ap/oa" } } => ["to Amazon"],
        { Headers.Location: { } location } => [location.OriginalString],
        { Content.Headers.ContentType.MediaType: "application/problem+json" } => [(await answer.JsonAsync()).GetProperty("code").GetString()!],
        { IsSuccessStatusCode: false, Content.Headers.ContentType.MediaType: "text/html" } => ["page"],
        _ => [],
    };
}
