using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Security;

/// <summary>Pictures, scripts, prefetches and polls that hit <c>/login</c> would pile up cookies and logins that nobody wanted.</summary>
public sealed class NavigationTests(AllowedOriginsWorld shared) : IClassFixture<AllowedOriginsWorld>
{
    public static TheoryData<string> Navigations => [.. BrowserRequest.All.Where(request => request.IsNavigation).Select(request => request.Name)];

    public static TheoryData<string> Others => [.. BrowserRequest.All.Where(request => !request.IsNavigation).Select(request => request.Name)];

    [Theory]
    [MemberData(nameof(Navigations))]
    public async Task A_navigation_begins_a_login(string name)
    {
        using var response = await SendAsync(name);

        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        Assert.Equal("/ap/oa", response.Headers.Location?.AbsolutePath);
        Assert.Equal("__Host-bff-login", Assert.Single(response.SetCookies()).Name);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Nothing_but_a_navigation_begins_a_login_or_sets_a_cookie(string name)
    {
        using var response = await SendAsync(name);

        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "navigation_required");
        Assert.Empty(response.SetCookies());
        Assert.Null(response.Headers.Location);
    }

    private async Task<HttpResponseMessage> SendAsync(string name)
    {
        using var browser = shared.World.NewBrowser();
        return await browser.SendAsync(HttpMethod.Get, World.At("/login"), headers: BrowserRequest.All.Single(request => request.Name == name).Headers);
    }
}
