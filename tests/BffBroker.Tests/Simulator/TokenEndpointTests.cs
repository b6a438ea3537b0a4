using System.Net.Http.Headers;
using System.Text;
using AmazonSimulator;

namespace BffBroker.Tests.Simulator;

public sealed class TokenEndpointTests
{
    [Fact]
    public async Task The_answer_looks_like_Amazon_s()
    {
        await using var host = await SimulatorHost.StartAsync();

        var answer = await host.ExchangeAsync(await host.CodeAsync());

        Assert.Equal(200, answer.Status);
        Assert.Equal(["access_token", "refresh_token", "token_type", "expires_in"], answer.Json.Select(member => member.Key));
        Assert.Matches(@"^Atza\|[A-Za-z0-9]{348}$", answer["access_token"]);
        Assert.Matches(@"^Atzr\|[A-Za-z0-9]{348}$", answer["refresh_token"]);
        Assert.Equal("bearer", answer["token_type"]);
        Assert.Equal("3600", answer.Json["expires_in"]!.ToJsonString());
        Assert.Equal("application/json;charset=UTF-8", answer.ContentType);
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.Equal("no-cache", answer.Headers.Pragma.ToString());
        Assert.NotEmpty(answer.Headers.GetValues("x-amzn-RequestId"));
    }

    [Theory]
    [InlineData(350)]
    [InlineData(2048)]
    public async Task Tokens_have_the_length_they_are_set_to(int length)
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.AccessTokenLength = host.Settings.RefreshTokenLength = length;

        var tokens = await host.LoginAsync();

        Assert.Equal((length, length), (tokens.Access.Length, tokens.Refresh.Length));
        Assert.Equal(200, (await host.TokenInfoAsync(tokens.Access)).Status);
    }

    [Fact]
    public async Task The_lifetime_can_be_a_string()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.ExpiresInAsString = true;

        Assert.Equal("\"3600\"", (await host.ExchangeAsync(await host.CodeAsync())).Json["expires_in"]!.ToJsonString());
    }

    [Fact]
    public async Task The_charset_can_be_malformed()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.MalformedCharset = true;

        Assert.Equal("application/json;charset UTF-8", (await host.ExchangeAsync("none")).ContentType);
    }

    [Fact]
    public async Task The_answer_is_compressed_for_those_who_accept_it()
    {
        await using var host = await SimulatorHost.StartAsync();
        var fields = new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "authorization_code")]);

        var compressed = await host.PostAsync("/auth/o2/token", fields, ("Accept-Encoding", "gzip, br"));

        Assert.Equal(["gzip"], compressed.ContentHeaders.ContentEncoding);
        Assert.Empty((await host.ExchangeAsync("none")).ContentHeaders.ContentEncoding);
    }

    [Fact]
    public async Task Basic_authentication_is_accepted()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Http.DefaultRequestHeaders.Authorization = Basic(SimulatedClient.DefaultSecret);

        Assert.Equal(200, (await host.ExchangeAsync(await host.CodeAsync(), ("client_id", null), ("client_secret", null))).Status);
    }

    [Fact]
    public async Task Basic_authentication_with_a_wrong_secret_is_refused()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Http.DefaultRequestHeaders.Authorization = Basic("wrong");

        Assert.Equal(401, (await host.ExchangeAsync(await host.CodeAsync(), ("client_id", null), ("client_secret", null))).Status);
    }

    [Fact]
    public async Task Two_ways_of_authentication_at_once_are_refused()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Http.DefaultRequestHeaders.Authorization = Basic(SimulatedClient.DefaultSecret);

        Assert.Equal("invalid_request", (await host.ExchangeAsync(await host.CodeAsync()))["error"]);
    }

    [Theory]
    [InlineData(false, 400)]
    [InlineData(true, 200)]
    public async Task A_JSON_body_is_read_only_if_asked_to(bool accepted, int status)
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.AcceptJsonBodies = accepted;
        var body = $$"""
            {"grant_type":"authorization_code","code":"{{await host.CodeAsync()}}","redirect_uri":"{{SimulatorHost.RedirectUri}}",
             "client_id":"{{SimulatedClient.DefaultId}}","client_secret":"{{SimulatedClient.DefaultSecret}}"}
            """;

        Assert.Equal(status, (await host.PostAsync("/auth/o2/token", new StringContent(body, Encoding.UTF8, "application/json"))).Status);
    }

    [Fact]
    public async Task JSON_under_the_content_type_of_a_form_is_an_invalid_request()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.AcceptJsonBodies = true;

        var answer = await host.PostAsync(
            "/auth/o2/token", new StringContent("{\"grant_type\":\"refresh_token\"}", Encoding.UTF8, "application/x-www-form-urlencoded"));

        Assert.Equal((400, "invalid_request"), (answer.Status, answer["error"]));
    }

    [Theory]
    [InlineData("client_secret", "wrong", 401, "invalid_client")]
    [InlineData("client_secret", "\"" + SimulatedClient.DefaultSecret + "\"", 401, "invalid_client")]
    [InlineData("client_id", "amzn1.application.unknown", 401, "invalid_client")]
    [InlineData("client_id", null, 400, "invalid_request")]
    [InlineData("grant_type", null, 400, "invalid_request")]
    [InlineData("grant_type", "password", 400, "unsupported_grant_type")]
    [InlineData("grant_type", "client_credentials", 400, "unauthorized_client")]
    [InlineData("code", null, 400, "invalid_request")]
    [InlineData("code", "", 400, "invalid_request")]
    [InlineData("code", "ANunknownunknownun", 400, "invalid_grant")]
    [InlineData("redirect_uri", null, 400, "invalid_request")]
    public async Task Refusals_have_Amazon_s_status_and_error(string parameter, string? value, int status, string error)
    {
        await using var host = await SimulatorHost.StartAsync();

        var answer = await host.ExchangeAsync(await host.CodeAsync(), (parameter, value));

        Assert.Equal((status, error), (answer.Status, answer["error"]));
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
    }

    [Theory]
    [InlineData("code", ": code")]
    [InlineData("redirect_uri", ": redirect_uri")]
    public async Task A_refusal_names_the_missing_parameter(string parameter, string ending)
    {
        await using var host = await SimulatorHost.StartAsync();

        Assert.EndsWith(ending, (await host.ExchangeAsync("x", (parameter, null)))["error_description"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_says_the_description_first()
    {
        await using var host = await SimulatorHost.StartAsync();

        var full = await host.ExchangeAsync("none");
        host.Settings.ErrorReferences = false;
        var bare = await host.ExchangeAsync("none");

        Assert.Equal(["error_description", "error", "error_index", "request_id"], full.Json.Select(member => member.Key));
        Assert.Equal(full.Headers.GetValues("x-amzn-RequestId").Single(), full["request_id"]);
        Assert.Equal(["error_description", "error"], bare.Json.Select(member => member.Key));
    }

    [Fact]
    public async Task A_wrong_secret_can_be_a_400()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.InvalidClientAs400 = true;

        var answer = await host.ExchangeAsync("none", ("client_secret", "wrong"));

        Assert.Equal((400, "invalid_client"), (answer.Status, answer["error"]));
    }

    [Theory]
    [InlineData("/auth/o2/revoke")]
    [InlineData("/auth/o2/token/")]
    [InlineData("/auth/O2/token")]
    [InlineData("/auth/o2/logout")]
    [InlineData("/eu/auth/token")]
    [InlineData("/user/profile")]
    public async Task There_is_no_revocation_endpoint_nor_any_other(string path)
    {
        await using var host = await SimulatorHost.StartAsync();

        var answer = await host.PostFormAsync(path, ("token", "Atzr|x"));

        Assert.Equal((404, "<UnknownOperationException/>"), (answer.Status, answer.Body));
        Assert.Equal("application/xml", answer.ContentType);
    }

    private static AuthenticationHeaderValue Basic(string secret) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{SimulatedClient.DefaultId}:{secret}")));
}
