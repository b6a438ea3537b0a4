using BffBroker.Endpoints;
using BffBroker.Tests.Support;
using SessionOptions = BffBroker.Sessions.SessionOptions;

namespace BffBroker.Tests.Endpoints;

/// <summary>A cookie that a browser would throw away stops the start: with it every login would be lost.</summary>
public sealed class CookieRulesTests
{
    [Theory]
    [InlineData("https://auth.example.com", "example.com")]
    [InlineData("https://auth.example.com", "auth.example.com")]
    [InlineData("https://AUTH.Example.com:8443/bff", "eXample.COM")]
    [InlineData("https://bücher.example.de", "xn--bcher-kva.example.de")]
    [InlineData("https://a.b.c.xn--p1ai", "c.xn--p1ai")]
    [InlineData("https://auth.example.com\n", "example.com")]
    [InlineData("https://auth.example.com", "")]
    [InlineData("https://auth.example.com", null)]
    [InlineData("http://localhost:8080", null)]
    [InlineData("https://auth.example.com", "example.com", "__Secure-acme")]
    [InlineData("https://auth.example.com", null, "__Host-acme")]
    public void Name_domain_and_public_URL_that_fit_together_are_taken(string publicUrl, string? domain, string? name = null) =>
        Assert.Empty(Problems(publicUrl, domain, name));

    [Theory]
    [InlineData("https://auth.example.com", "other.com")]
    [InlineData("https://auth.example.com", "wiki.example.com")]
    [InlineData("https://auth.example.com", "x.auth.example.com")]
    [InlineData("https://notexample.com", "example.com")]
    [InlineData("https://auth.example.com", "com")]
    [InlineData("https://auth.example.com", ".example.com")]
    [InlineData("https://auth.example.com", "example.com.")]
    [InlineData("https://auth.example.com", "*.example.com")]
    [InlineData("https://auth.example.com", "https://example.com")]
    [InlineData("https://auth.example.com", "example.com:443")]
    [InlineData("https://auth.example.com", "example.com/")]
    [InlineData("https://auth.example.com", "example..com")]
    [InlineData("https://auth.example.com", "-.example.com")]
    [InlineData("https://auth.example.com", " example.com")]
    [InlineData("https://auth.example.com", "example.com; Path=/x")]
    [InlineData("https://auth.example.com", "example.com\n")]
    [InlineData("https://auth.example.com", "exam\u212Aple.com")]
    [InlineData("https://bücher.example.de", "bücher.example.de")]
    [InlineData("https://10.1.2.3", "10.1.2.3")]
    [InlineData("https://10.1.2.3", "2.3")]
    [InlineData("https://[fd00::1]", "fd00::1")]
    [InlineData("http://localhost:8080", "localhost")]
    [InlineData("http://auth.app.localhost:8080", "app.localhost")]
    public void A_domain_that_is_none_or_does_not_cover_the_public_host_is_a_problem(string publicUrl, string domain) =>
        Assert.StartsWith("Session:CookieDomain: ", Assert.Single(Problems(publicUrl, domain, null)), StringComparison.Ordinal);

    [Theory]
    [InlineData(null, "__Secure-bff", "__Host-bff")]
    [InlineData(null, "bff", "__Host-bff")]
    [InlineData(null, "", "__Host-bff")]
    [InlineData(null, "__Host-", "__Host-bff")]
    [InlineData(null, "__Host-a b", "__Host-bff")]
    [InlineData(null, "__Host-bff\n", "__Host-bff")]
    [InlineData("example.com", "__Host-bff", "__Secure-bff")]
    [InlineData("example.com", "__Secure-", "__Secure-bff")]
    [InlineData("example.com", "bff", "__Secure-bff")]
    [InlineData("example.com", "__Secure-012345678901234567890123456789012345678901234567890123456", "__Secure-bff", false)]
    [InlineData("example.com", "__Secure-0123456789012345678901234567890123456789012345678901234567", "__Secure-bff")]
    public void A_name_whose_prefix_does_not_fit_is_a_problem_with_its_remedy(string? domain, string name, string remedy, bool isProblem = true)
    {
        var problems = Problems("https://auth.example.com", domain, name);

        Assert.Equal(isProblem ? 1 : 0, problems.Count);
        Assert.All(problems, problem => Assert.StartsWith("Session:CookieName: ", problem, StringComparison.Ordinal));
        Assert.All(problems, problem => Assert.EndsWith($"Leave it out for '{remedy}'.", problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_public_URL_that_can_be_read_the_domain_is_still_looked_at()
    {
        Assert.Empty(Problems(null, "example.com", null));
        Assert.Single(Problems("canary", "canary", null));
    }

    [Fact]
    public async Task The_start_tells_what_does_not_fit_together()
    {
        using var folder = new TemporaryFolder();
        var settings = BrokerProcess.Settings(new("http://127.0.0.1:1"), "127.0.0.1:1", "x:", folder.Path);
        (settings["Broker:PublicUrl"], settings["Session:CookieDomain"], settings["Session:CookieName"]) = ("https://auth.example.com", "example.org", "__Host-bff");

        var (exitCode, output) = await BrokerProcess.RunAsync(settings, "check");

        Assert.Equal(78, exitCode);
        Assert.Contains("- Session:CookieDomain: Must be the host of Broker:PublicUrl or a parent of it", output, StringComparison.Ordinal);
        Assert.Contains("- Session:CookieName: With Session:CookieDomain it must be '__Secure-'", output, StringComparison.Ordinal);
    }

    private static List<string> Problems(string? publicUrl, string? domain, string? name) =>
        [.. new CookieRules(publicUrl).Validate(null, new SessionOptions { CookieDomain = domain, CookieName = name }).Failures ?? []];
}
