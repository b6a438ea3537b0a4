using BffBroker.BrowserTests.Support;
using Microsoft.Playwright;

namespace BffBroker.BrowserTests;

public sealed class TourTests(RealBrowser browser)
{
    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task A_visitor_logs_in_and_sees_the_profile(string scheme)
    {
        await using var sandbox = await SandboxServer.StartAsync(scheme);
        await using var ada = await Visitor.ArriveAsync(browser, sandbox);

        await ada.LogInAsync();

        await Assertions.Expect(ada.Region("Profile")).ToContainTextAsync("ada@example.com");
    }
}
