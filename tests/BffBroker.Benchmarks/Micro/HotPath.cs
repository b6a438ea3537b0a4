using System.Net;
using BenchmarkDotNet.Attributes;
using BffBroker.Amazon;
using BffBroker.Endpoints;
using BffBroker.OAuth;
using BffBroker.Sessions;

namespace BffBroker.Benchmarks.Micro;

/// <summary>What the broker does for a request, without the network: its own services, with sessions in memory.</summary>
[MemoryDiagnoser]
public class HotPath
{
    private static readonly string AccessToken = "Atza|".PadRight(350, 'x');
    private static readonly string RefreshToken = "Atzr|".PadRight(350, 'y');
    private static readonly byte[] TokenAnswer =
        System.Text.Encoding.UTF8.GetBytes($$"""{"access_token":"{{AccessToken}}","refresh_token":"{{RefreshToken}}","token_type":"bearer","expires_in":3600}""");

    private readonly WebApplication _app = InMemoryBroker.Build();
    private readonly CookieSecret _loginKey = CookieSecret.Create();
    private CookieSecret _key = null!;
    private StoredSession _stored = null!;
    private DefaultHttpContext _request = null!;
    private LoginState _state = null!;
    private string _sealedState = "";

    [GlobalSetup]
    public async Task LogInAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        var tokens = new TokenSet(new(AccessToken), new RefreshToken(RefreshToken), now, now.AddHours(1));
        var session = (await Service<SessionBeginning>().BeginAsync(new("amzn1.account.USER", "A Customer", "user@example.com"), Scopes.Parse("profile"), tokens))!;
        _key = session.Key;
        _stored = (await Service<ISessionStore>().LoadAsync(session.Handle))!;
        _request = new DefaultHttpContext { Request = { Method = "GET", Path = "/auth/nginx", Headers = { Cookie = $"__Host-bff={_key.Encode()}" } } };
        _state = Service<LoginStates>().Begin(ReturnUrl.Root, Scopes.Parse("profile"), _loginKey);
        _sealedState = await Service<LoginStates>().SealAsync(_state);
    }

    [GlobalCleanup]
    public ValueTask EndAsync() => _app.DisposeAsync();

    /// <summary>Data Protection, then AES-256-GCM under the cookie's key, then JSON.</summary>
    [Benchmark]
    public async Task<object> Unseal_a_record() => (await Service<SessionSeal>().OpenAsync(_stored, _key))!;

    /// <summary>A session that was asked for a moment ago.</summary>
    [Benchmark]
    public async Task<object> Open_a_session_from_a_cookie() => await Service<SessionVault>().FindAsync(_key);

    [Benchmark]
    public async Task<object> Decide_an_auth_request() => await Service<GatewayCheck>().DecideAsync(_request);

    [Benchmark]
    public async Task<string> Seal_a_state() => await Service<LoginStates>().SealAsync(_state);

    [Benchmark]
    public async Task<object> Verify_a_state() => (await Service<LoginStates>().OpenAsync(_sealedState))!;

    [Benchmark]
    public object Parse_a_token_answer() => new AmazonAnswer(HttpStatusCode.OK, TokenAnswer, null, null).Read(AmazonJson.Default.TokenMessage)!.ToTokenResponse()!;

    private T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();
}
