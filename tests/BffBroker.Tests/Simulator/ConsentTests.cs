using AmazonSimulator;

namespace BffBroker.Tests.Simulator;

/// <summary>The way of a customer through the simulator's pages, and what the client gets of it.</summary>
public sealed class ConsentTests
{
    private const string Voluntary = "{\"profile\":{\"essential\":true},\"postal_code\":{\"essential\":false}}";

    [Fact]
    public async Task A_customer_signs_in_and_approves()
    {
        await using var host = await SimulatorHost.StartAsync();

        var signIn = await host.GetAsync(SimulatorHost.Authorize());
        var arb = signIn.Hidden("arb");
        var signedIn = await host.PostFormAsync("/ap/signin", ("arb", arb), ("customer", "zoe"));
        var consent = await host.GetAsync(signedIn.Location);
        var done = await host.PostFormAsync("/ap/consent", ("arb", consent.Hidden("arb")), ("decision", "approve"));

        Assert.All(SampleCustomers.All, customer => Assert.Contains($"value=\"{customer.Id}\"", signIn.Body, StringComparison.Ordinal));
        Assert.Equal((302, $"/ap/oa?arb={arb}"), (signedIn.Status, signedIn.Location));
        Assert.Contains("Zoë", consent.Body, StringComparison.Ordinal);
        Assert.Equal("the-state", done.Redirect["state"]);
        var tokens = Tokens.In(await host.ExchangeAsync(done.Redirect["code"]!));
        Assert.Equal(SampleCustomers.Find("zoe")!.Name, (await host.ProfileAsync(tokens.Access))["name"]);
    }

    [Theory]
    [InlineData("the-state", "?error_description=Access+not+permitted.&state=the-state&error=access_denied")]
    [InlineData(null, "?error_description=Access+not+permitted.&error=access_denied")]
    public async Task Cancelling_says_so_with_the_state_only_if_there_was_one(string? state, string query)
    {
        await using var host = await SimulatorHost.StartAsync();
        var arb = await SignInAsync(host, "ada", ("state", state));

        var answer = await host.PostFormAsync("/ap/consent", ("arb", arb), ("decision", "cancel"));

        Assert.Equal(SimulatorHost.RedirectUri + query, answer.Location);
    }

    [Fact]
    public async Task Cancelling_needs_no_account_and_can_have_a_trailing_hash()
    {
        await using var host = await SimulatorHost.StartAsync();
        host.Settings.TrailingHashOnError = true;
        var arb = (await host.GetAsync(SimulatorHost.Authorize())).Hidden("arb");

        var answer = await host.PostFormAsync("/ap/consent", ("arb", arb), ("customer", "ada"), ("decision", "cancel"));

        Assert.EndsWith("&error=access_denied#", answer.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_user_id_alone_needs_no_consent()
    {
        await using var host = await SimulatorHost.StartAsync();
        var arb = await SignInAsync(host, "ada", ("scope", "profile:user_id"));

        Assert.StartsWith(SimulatorHost.RedirectUri, (await host.GetAsync($"/ap/oa?arb={arb}")).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Consent_is_remembered_per_customer_client_and_scope()
    {
        await using var host = await SimulatorHost.StartAsync();
        await ApproveAsync(host, await SignInAsync(host, "ada"));

        Assert.Equal(302, (await host.GetAsync(SimulatorHost.Authorize())).Status);
        Assert.Equal(200, (await host.GetAsync(SimulatorHost.Authorize(("scope", "profile postal_code")))).Status);
        Assert.Equal(200, (await host.GetAsync(SimulatorHost.Authorize(("client_id", SimulatorHost.ForeignId)))).Status);
        await SignInAsync(host, "bob");
        Assert.Equal(200, (await host.GetAsync(SimulatorHost.Authorize())).Status);
    }

    [Fact]
    public async Task Consent_is_asked_for_again_after_the_app_was_removed()
    {
        await using var host = await SimulatorHost.StartAsync();
        await ApproveAsync(host, await SignInAsync(host, "ada"));

        host.Simulator.RevokeGrants("ada");

        Assert.Equal(200, (await host.GetAsync(SimulatorHost.Authorize())).Status);
    }

    [Theory]
    [InlineData("postal_code", "profile postal_code")]
    [InlineData("", "profile")]
    [InlineData("profile:mobile_number", "profile")]
    public async Task A_voluntary_scope_can_be_unticked_and_no_other_added(string ticked, string granted)
    {
        await using var host = await SimulatorHost.StartAsync();
        var arb = await SignInAsync(host, "ada", ("scope", "profile postal_code"), ("scope_data", Voluntary));
        var page = await host.GetAsync($"/ap/oa?arb={arb}");

        var answer = await host.PostFormAsync("/ap/consent", ("arb", arb), ("scope", ticked), ("decision", "approve"));

        Assert.Contains("type=\"checkbox\" id=\"scope-1\" name=\"scope\" value=\"postal_code\" checked", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"profile\"", page.Body, StringComparison.Ordinal);
        Assert.Equal(granted, answer.Redirect["scope"]);
        var tokens = Tokens.In(await host.ExchangeAsync(answer.Redirect["code"]!));
        Assert.Equal(granted.Contains("postal", StringComparison.Ordinal), (await host.ProfileAsync(tokens.Access)).Json.ContainsKey("postal_code"));
    }

    [Fact]
    public async Task Consent_names_who_asks_and_sets_apart_what_may_be_left_out()
    {
        await using var host = await SimulatorHost.StartAsync();

        var page = await host.GetAsync($"/ap/oa?arb={await SignInAsync(host, "ada", ("scope", "profile postal_code"), ("scope_data", Voluntary))}");

        var groups = page.Body.Split("<legend>")[1..];
        Assert.Contains("<strong>localhost:8080</strong>, an app of Example Company,", page.Body, StringComparison.Ordinal);
        Assert.Equal(["It needs", "You may leave out"], groups.Select(group => group.Split('<')[0]));
        Assert.Contains("Your name and e-mail address", groups[0], StringComparison.Ordinal);
        Assert.DoesNotContain("checkbox", groups[0], StringComparison.Ordinal);
        Assert.Contains("The postal code of your main shipping address", groups[1], StringComparison.Ordinal);
        Assert.Contains("checkbox", groups[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Consent_to_what_is_needed_alone_has_no_empty_choice()
    {
        await using var host = await SimulatorHost.StartAsync();

        var page = await host.GetAsync($"/ap/oa?arb={await SignInAsync(host, "ada")}");

        Assert.Contains("It needs", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("You may leave out", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Granting_nothing_at_all_is_a_refusal()
    {
        await using var host = await SimulatorHost.StartAsync();
        var arb = await SignInAsync(host, "ada", ("scope", "postal_code"), ("scope_data", Voluntary));

        Assert.Equal("access_denied", (await ApproveAsync(host, arb)).Redirect["error"]);
    }

    [Fact]
    public async Task Another_account_can_be_used()
    {
        await using var host = await SimulatorHost.StartAsync();
        var arb = await SignInAsync(host, "bob");
        var consent = await host.GetAsync($"/ap/oa?arb={arb}");
        Assert.Contains($"href=\"/ap/signin?arb={arb}\"", consent.Body, StringComparison.Ordinal);

        var choice = await host.GetAsync($"/ap/signin?arb={arb}");

        Assert.Contains("value=\"bob\" checked", choice.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approving_without_being_signed_in_asks_to_sign_in()
    {
        await using var host = await SimulatorHost.StartAsync();
        var arb = (await host.GetAsync(SimulatorHost.Authorize())).Hidden("arb");

        var answer = await ApproveAsync(host, arb);

        Assert.Null(answer.Headers.Location);
        Assert.Contains("name=\"customer\"", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    public async Task A_foreign_page_can_post_no_form(string header, string value)
    {
        await using var host = await SimulatorHost.StartAsync();
        var arb = await SignInAsync(host, "ada");
        host.Http.DefaultRequestHeaders.Add(header, value);

        Assert.Equal(400, (await host.PostFormAsync("/ap/consent", ("arb", arb), ("decision", "approve"))).Status);
        Assert.Equal(400, (await host.PostFormAsync("/ap/signin", ("arb", arb), ("customer", "bob"))).Status);
    }

    private static async Task<string> SignInAsync(SimulatorHost host, string customer, params (string Name, string? Value)[] changes)
    {
        // Whoever is signed in already may have gone straight through: a browser without cookies sees the page.
        using var stranger = host.NewClient();
        var page = await stranger.GetStringAsync(SimulatorHost.Authorize(changes), TestContext.Current.CancellationToken);
        var arb = page[(page.IndexOf("name=\"arb\" value=\"", StringComparison.Ordinal) + 18)..][..36];
        await host.PostFormAsync("/ap/signin", ("arb", arb), ("customer", customer));
        return arb;
    }

    private static Task<Answer> ApproveAsync(SimulatorHost host, string arb) =>
        host.PostFormAsync("/ap/consent", ("arb", arb), ("decision", "approve"));
}
