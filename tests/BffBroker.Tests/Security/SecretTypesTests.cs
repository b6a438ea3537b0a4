using System.Net;
using System.Text;
using BffBroker.Amazon;
using BffBroker.Endpoints;
using BffBroker.OAuth;
using BffBroker.Sessions;

namespace BffBroker.Tests.Security;

/// <summary>A secret that slips into a message, a log property or a debugger's window must not print, nor anything that contains one.</summary>
public sealed class SecretTypesTests
{
    private const string Secret = "Atza|secret-of-eighteen-and-more";

    private static readonly CookieSecret Cookie = CookieSecret.Create();
    private static readonly UserIdentity User = new(Secret, Secret, Secret);
    private static readonly TokenResponse Response = new(new(Secret), TimeSpan.FromHours(1), new(Secret));
    private static readonly TokenSet Tokens = TokenSet.From(Response, DateTimeOffset.UnixEpoch);
    private static readonly Session Session = new(User, Scopes.Of(["profile"]), DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, Tokens);
    private static readonly OpenSession Open = new(Cookie, SessionHandle.Of(Cookie), 1, Session);
    private static readonly byte[] Json = Encoding.UTF8.GetBytes($$"""{"access_token":"{{Secret}}","user_id":"{{Secret}}","name":"{{Secret}}","email":"{{Secret}}"}""");

    private static readonly object[] Holders =
    [
        Cookie, User, Response, Tokens, Session, Open, new AccessToken(Secret), new RefreshToken(Secret), AuthorizationCode.Parse(Secret)!, new CodeVerifier(Secret), SessionRecord.From(Session),
        LoginState.Begin(ReturnUrl.Root, Scopes.None, Cookie, DateTimeOffset.UnixEpoch), new CallbackRequest(AuthorizationCode.Parse(Secret), Secret, null), new TokenRequestOutcome.Issued(Response),
        new SessionLookup.Found(Open), new TokenOutcome.Usable(Open), new LoginOutcome.Succeeded(Open), new IdentityOutcome.Confirmed(User), new ProfileOutcome.Found(Json),
        new AmazonAnswer(HttpStatusCode.OK, Json, null, null), new AmazonOutcome.Answered(new(HttpStatusCode.OK, Json, null, null)), new TokenMessage(Secret, "bearer", default, Secret),
        System.Text.Json.JsonSerializer.Deserialize(Json, AmazonJson.Default.ProfileMessage)!, new SessionUser(Secret, Secret, Secret), new SessionAnswer(true, "id", new(Secret, Secret, Secret)),
        new SessionSecrets(Cookie, Cookie), new LoginBrowser(Cookie, new(Cookie, Cookie), Cookie, null), BindHash.Of(Cookie),
        new AmazonOptions { ClientSecret = Secret, PreviousClientSecret = Secret }, new BffBroker.Redis.RedisOptions { ConnectionString = Secret, Password = Secret },
    ];

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Holders.Length)];

    [Theory]
    [MemberData(nameof(Indices))]
    public void Nothing_that_holds_a_secret_prints_it(int index)
    {
        var printed = $"{Holders[index]}";

        Assert.DoesNotContain("secret-of", printed, StringComparison.Ordinal);
        Assert.DoesNotContain(Cookie.Encode(), printed, StringComparison.Ordinal);
    }
}
