using System.Collections.Concurrent;
using System.Globalization;

namespace BffBroker.Benchmarks.Servers;

/// <summary>
/// As much of Login with Amazon as a load needs, and no more, so that it is not what is measured. A code names its user, a token its user and its
/// number; a refresh token works once, and one that comes a second time is counted.
/// </summary>
internal sealed class FastAmazon
{
    public const string ClientId = "amzn1.application-oa2-client.benchmark";

    // LWA's tokens have some 350 characters.
    private const int TokenLength = 350;

    private readonly ConcurrentDictionary<string, int> _latest = new();
    private long _codes;
    private long _refreshes;
    private long _reused;
    private long _expiresAt;

    public static Task RunAsync(int port)
    {
        var amazon = new FastAmazon();
        var app = Quiet.Server(port);
        app.MapPost("/auth/o2/token", amazon.TokenAsync);
        app.MapGet("/auth/o2/tokeninfo", (string access_token) => TypedResults.Text($$"""{"aud":"{{ClientId}}","user_id":"{{UserOf(access_token)}}"}""", "application/json"));
        app.MapGet("/user/profile", (HttpRequest request) => TypedResults.Text(ProfileOf(UserOf($"{request.Headers.Authorization}")), "application/json"));
        app.MapPost("/expire/{at:long}", (long at) => Interlocked.Exchange(ref amazon._expiresAt, at));
        app.MapGet("/counts", () => new TokenCalls(Interlocked.Read(ref amazon._codes), Interlocked.Read(ref amazon._refreshes), Interlocked.Read(ref amazon._reused)));

        // The receiver of the broker's telemetry: it takes everything, and keeps nothing.
        app.MapPost("/v1/{signal}", (HttpRequest request) => request.Body.CopyToAsync(Stream.Null));
        return app.RunAsync();
    }

    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        if (form["grant_type"] == "authorization_code")
        {
            Interlocked.Increment(ref _codes);
            return Tokens($"{form["code"]}");
        }

        Interlocked.Increment(ref _refreshes);
        var (user, number) = (UserOf($"{form["refresh_token"]}"), NumberOf($"{form["refresh_token"]}"));
        if (_latest.TryGetValue(user, out var latest) && latest == number)
        {
            return Tokens(user);
        }

        Interlocked.Increment(ref _reused);
        return TypedResults.Text("""{"error":"invalid_grant"}""", "application/json", statusCode: StatusCodes.Status400BadRequest);
    }

    private IResult Tokens(string user)
    {
        var number = _latest.AddOrUpdate(user, 1, (_, before) => before + 1);
        var at = Interlocked.Read(ref _expiresAt);
        var life = at == 0 ? 3600 : Math.Max(1, at - TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        return TypedResults.Text(
            $$"""{"access_token":"{{Token("Atza", user, number)}}","refresh_token":"{{Token("Atzr", user, number)}}","token_type":"bearer","expires_in":{{life}}}""",
            "application/json");
    }

    private static string Token(string kind, string user, int number) => string.Create(CultureInfo.InvariantCulture, $"{kind}|{user}|{number}|").PadRight(TokenLength, 'x');

    private static string UserOf(string token) => token.Split('|')[1];

    private static int NumberOf(string token) => int.Parse(token.Split('|')[2], CultureInfo.InvariantCulture);

    private static string ProfileOf(string user) => $$"""{"user_id":"{{user}}","name":"A Customer","email":"{{user}}@example.com","postal_code":"98101"}""";
}

/// <summary>What the token endpoint was asked for.</summary>
/// <param name="Codes">Logins.</param>
/// <param name="Refreshes">Of access tokens.</param>
/// <param name="Reused">Of them, those with a refresh token that had been used already.</param>
internal sealed record TokenCalls(long Codes, long Refreshes, long Reused);
