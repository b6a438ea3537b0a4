using System.Text.RegularExpressions;
using AmazonSimulator;

namespace BffBroker.Tests.Simulator;

/// <summary>What people see of the simulator: never to be taken for Amazon, and to be read without a script.</summary>
public sealed partial class PageTests
{
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
    public async Task The_style_sheet_is_small_and_loads_nothing()
    {
        await using var host = await SimulatorHost.StartAsync();

        var sheet = await host.GetAsync("/simulator.css");

        Assert.InRange(sheet.Body.Length, 500, 8_000);
        Assert.DoesNotContain("url(", sheet.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", sheet.Body, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Markup_is_shown_and_not_obeyed()
    {
        await using var host = await SimulatorHost.StartAsync();

        var error = await host.GetAsync("/ap/oa?client_id=%3Cscript%3Ealert(1)%3C/script%3E&%22%3E%3Cimg=x");
        var consent = await ConsentAsync(host, "bob");

        Assert.Contains("&lt;script&gt;alert(1)", error.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", error.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", error.Body, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;Tables", consent.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", consent.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_are_locked_down_and_let_the_browser_go_back_to_the_client()
    {
        await using var host = await SimulatorHost.StartAsync();

        var page = await host.GetAsync(SimulatorHost.Authorize());

        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("form-action 'self' http://localhost:8080", policy, StringComparison.Ordinal);
        Assert.Equal("no-store", page.Headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task Under_a_regional_base_links_stay_there()
    {
        await using var host = await SimulatorHost.StartAsync();

        var page = await host.GetAsync($"/eu{SimulatorHost.Authorize()}");
        var signedIn = await host.PostFormAsync("/eu/ap/signin", ("arb", page.Hidden("arb")), ("customer", "ada"));

        Assert.Contains("action=\"/eu/ap/signin\"", page.Body, StringComparison.Ordinal);
        Assert.Equal(200, (await host.GetAsync("/eu/simulator.css")).Status);
        Assert.StartsWith("/eu/ap/oa?arb=", signedIn.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_start_page_explains_the_control_API()
    {
        await using var host = await SimulatorHost.StartAsync();

        var page = await host.GetAsync("/");

        Assert.All(FaultNames.All, fault => Assert.Contains(fault, page.Body, StringComparison.Ordinal));
        Assert.All(SettingsControl.All, setting => Assert.Contains($"<code>{setting.Name}</code>", page.Body, StringComparison.Ordinal));
    }

    private static async Task<Answer> ConsentAsync(SimulatorHost host, string customer = "ada")
    {
        var signIn = await host.GetAsync(SimulatorHost.Authorize(("scope", "profile postal_code"), ("scope_data", "{\"postal_code\":{\"essential\":false}}")));
        var signedIn = await host.PostFormAsync("/ap/signin", ("arb", signIn.Hidden("arb")), ("customer", customer));
        return await host.GetAsync(signedIn.Location);
    }

    [GeneratedRegex("<h1>[^<]+</h1>")]
    private static partial Regex Heading();

    [GeneratedRegex("<script|<style|style=\"|[ ]on[a-z]+=\"|javascript:", RegexOptions.IgnoreCase)]
    private static partial Regex Scripted();
}
