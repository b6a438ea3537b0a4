using AmazonSimulator;

namespace BffBroker.Tests.Simulator;

public sealed class ProfileTests
{
    [Theory]
    [InlineData("profile", "user_id,name,email")]
    [InlineData("profile:user_id", "user_id")]
    [InlineData("postal_code", "user_id,postal_code")]
    [InlineData("profile postal_code", "user_id,name,email,postal_code")]
    public async Task The_profile_has_what_was_granted_and_nothing_else(string scope, string members)
    {
        await using var host = await SimulatorHost.StartAsync();
        var tokens = await host.LoginAsync(("scope", scope));

        var answer = await host.ProfileAsync(tokens.Access);

        Assert.Equal(members.Split(','), answer.Json.Select(member => member.Key));
        Assert.Equal("application/json", answer.ContentType);
        Assert.Equal(["en-US"], answer.ContentHeaders.ContentLanguage);
        Assert.NotEmpty(answer.Headers.GetValues("x-amzn-RequestId"));
    }

    [Theory]
    [InlineData("kim", "email")]
    [InlineData("sam", "postal_code")]
    public async Task What_a_customer_does_not_have_is_absent_rather_than_null(string customer, string member)
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.AutoApprove = customer;
        var tokens = await host.LoginAsync(("scope", "profile postal_code"));

        Assert.DoesNotContain(member, (await host.ProfileAsync(tokens.Access)).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zoe")]
    [InlineData("bob")]
    public async Task Names_arrive_as_they_are(string customer)
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.AutoApprove = customer;
        var tokens = await host.LoginAsync();

        Assert.Equal(SampleCustomers.Find(customer)!.Name, (await host.ProfileAsync(tokens.Access))["name"]);
    }

    [Fact]
    public async Task The_token_may_come_by_query_or_by_either_header()
    {
        await using var host = await SimulatorHost.StartAsync();
        var token = (await host.LoginAsync()).Access;

        Assert.Equal(200, (await host.GetAsync($"/user/profile?access_token={Uri.EscapeDataString(token)}&fields=email")).Status);
        Assert.Equal(200, (await host.GetAsync("/user/profile", ("Authorization", $"bearer {token}"))).Status);
        Assert.Equal(200, (await host.GetAsync("/user/profile", ("Authorization", $"BEARER {token}"))).Status);
        Assert.Equal(200, (await host.GetAsync("/user/profile", ("x-amz-access-token", token))).Status);
    }

    [Fact]
    public async Task Without_a_token_or_with_two_the_request_is_invalid()
    {
        await using var host = await SimulatorHost.StartAsync();
        var token = (await host.LoginAsync()).Access;

        var none = await host.GetAsync("/user/profile");
        var two = await host.GetAsync("/user/profile", ("Authorization", $"Bearer {token}"), ("x-amz-access-token", token));

        Assert.Equal((400, "invalid_request"), (none.Status, none["error"]));
        Assert.Equal((400, "invalid_request"), (two.Status, two["error"]));
    }

    [Theory]
    [InlineData("Atza|unknown")]
    [InlineData("rubbish")]
    public async Task A_token_that_is_no_good_is_a_400(string token)
    {
        await using var host = await SimulatorHost.StartAsync();

        var answer = await host.ProfileAsync(token);

        Assert.Equal((400, "invalid_token"), (answer.Status, answer["error"]));
        Assert.Equal(["error_description", "error", "request_id"], answer.Json.Select(member => member.Key));
        Assert.Equal(answer.Headers.GetValues("x-amzn-RequestId").Single(), answer["request_id"]);
    }

    [Theory]
    [InlineData(3599, 200)]
    [InlineData(3600, 400)]
    public async Task An_access_token_lives_for_an_hour(int seconds, int status)
    {
        await using var host = await SimulatorHost.StartAsync();
        var tokens = await host.LoginAsync();

        host.Clock.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(status, (await host.ProfileAsync(tokens.Access)).Status);
        Assert.Equal(status, (await host.TokenInfoAsync(tokens.Access)).Status);
    }

    [Fact]
    public async Task A_token_without_a_profile_scope_is_a_401()
    {
        await using var host = await SimulatorHost.StartAsync(options => options.Clients[0].Scopes.Add("alexa:all"));
        var tokens = await host.LoginAsync(("scope", "alexa:all"));

        var answer = await host.ProfileAsync(tokens.Access);

        Assert.Equal((401, "insufficient_scope"), (answer.Status, answer["error"]));
    }

    [Fact]
    public async Task A_refusal_can_come_without_a_body()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.ErrorBodies = false;

        var answer = await host.ProfileAsync("Atza|unknown");

        Assert.Equal((400, ""), (answer.Status, answer.Body));
        Assert.NotEmpty(answer.Headers.GetValues("x-amzn-RequestId"));
    }

    [Fact]
    public async Task A_token_that_was_encoded_twice_is_invalid()
    {
        await using var host = await SimulatorHost.StartAsync();
        var token = (await host.LoginAsync()).Access;
        var once = Uri.EscapeDataString(token);
        var twice = Uri.EscapeDataString(once);

        Assert.Equal(200, (await host.GetAsync($"/user/profile?access_token={once}")).Status);
        Assert.Equal("invalid_token", (await host.GetAsync($"/user/profile?access_token={twice}"))["error"]);
        Assert.Equal("invalid_token", (await host.GetAsync($"/auth/o2/tokeninfo?access_token={twice}"))["error"]);
        Assert.Equal("invalid_token", (await host.GetAsync("/user/profile", ("Authorization", $"Bearer {once}")))["error"]);
    }

    [Fact]
    public async Task The_user_id_is_one_per_company()
    {
        await using var host = await SimulatorHost.StartAsync(options => options.Clients.Add(
            new() { Id = "sister-app", Secret = "s", RedirectUris = { SimulatorHost.RedirectUri } }));

        async Task<string?> UserIdAsync(string client, string secret)
        {
            var code = await host.CodeAsync(("client_id", client));
            var tokens = Tokens.In(await host.ExchangeAsync(code, ("client_id", client), ("client_secret", secret)));
            return (await host.ProfileAsync(tokens.Access))["user_id"];
        }

        var ours = await UserIdAsync(SimulatedClient.DefaultId, SimulatedClient.DefaultSecret);

        Assert.Matches("^amzn1\\.account\\.[A-Z2-7]{28}$", ours);
        Assert.Equal(ours, await UserIdAsync("sister-app", "s"));
        Assert.NotEqual(ours, await UserIdAsync(SimulatorHost.ForeignId, SimulatorHost.ForeignSecret));
    }
}
