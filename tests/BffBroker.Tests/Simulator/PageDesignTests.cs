using System.Text.RegularExpressions;

namespace BffBroker.Tests.Simulator;

/// <summary>What people see of the simulator: never to be taken for Amazon, and to be read without a script.</summary>
public sealed partial class PageDesignTests
{
    private const string Voluntary = "{\"profile\":{\"essential\":true},\"postal_code\":{\"essential\":false}}";

    [Theory]
    [InlineData("/")]
    [InlineData("/ap/oa?client_id=unknown")]
    [InlineData("/nowhere")]
    [InlineData("SIGN-IN")]
    [InlineData("CONSENT")]
    public async Task Every_page_says_that_it_is_not_Amazon_and_has_one_heading_and_no_script(string path)
    {
        await using var host = await SimulatorHost.StartAsync();

        var page = path switch
        {
            "SIGN-IN" => await host.GetAsync(SimulatorHost.Authorize()),
            "CONSENT" => await ConsentAsync(host),
            _ => await host.GetAsync(path),
        };

        Assert.Contains("<strong>This is not Amazon.</strong>", page.Body, StringComparison.Ordinal);
        Assert.Contains("Never type a real password.", page.Body, StringComparison.Ordinal);
        Assert.Single(Heading().Matches(page.Body));
        Assert.Contains("<html lang=\"en\">", page.Body, StringComparison.Ordinal);
        Assert.DoesNotMatch(Scripted(), page.Body);
        Assert.DoesNotContain("<table", page.Body, StringComparison.Ordinal); // it would not fit on a phone
    }

    [Fact]
    public async Task Consent_names_who_asks_and_sets_apart_what_may_be_left_out()
    {
        await using var host = await SimulatorHost.StartAsync();

        var page = await ConsentAsync(host);

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

        var page = await ConsentAsync(host, "profile");

        Assert.DoesNotContain("You may leave out", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_style_sheet_is_small_and_loads_nothing()
    {
        await using var host = await SimulatorHost.StartAsync();

        var sheet = await host.GetAsync("/simulator.css");

        Assert.InRange(sheet.Body.Length, 500, 8_000);
        Assert.DoesNotContain("url(", sheet.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", sheet.Body, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<Answer> ConsentAsync(SimulatorHost host, string scope = "profile postal_code")
    {
        var signIn = await host.GetAsync(SimulatorHost.Authorize(("scope", scope), ("scope_data", scope == "profile" ? null : Voluntary)));
        var signedIn = await host.PostFormAsync("/ap/signin", ("arb", signIn.Hidden("arb")), ("customer", "ada"));
        return await host.GetAsync(signedIn.Location);
    }

    [GeneratedRegex("<h1>[^<]+</h1>")]
    private static partial Regex Heading();

    [GeneratedRegex("<script|<style|style=\"|[ ]on[a-z]+=\"|javascript:", RegexOptions.IgnoreCase)]
    private static partial Regex Scripted();
}
