using System.Net;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Flows;

public sealed class LogoutTests
{
    [Fact]
    public async Task A_logout_works_without_a_session_and_clears_the_cookie()
    {
        await using var world = await World.StartAsync();

        var response = await world.PostAsync("/logout");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        var cookie = Assert.Single(response.SetCookies());
        Assert.Equal(("__Host-bff", ""), (cookie.Name, cookie.Value));
        Assert.Equal(["httponly", "max-age=0", "path=/", "samesite=lax", "secure"], cookie.Attributes.Order());
    }

    [Theory]
    [InlineData("", "/bye?x#y", "/bye?x#y")]
    [InlineData("?returnUrl=%2Fquery", "/form", "/query")]
    [InlineData("", "//evil.example", "/")]
    [InlineData("?returnUrl=%2F%5Cevil.example", "/form", "/")]
    [InlineData("", "", "/")]
    public async Task A_form_is_sent_to_its_return_URL_and_a_bad_one_counts_as_the_root(string query, string inForm, string expected)
    {
        await using var world = await World.StartAsync();
        await world.LogInAsync();
        using var form = new FormUrlEncodedContent(inForm.Length > 0 ? [KeyValuePair.Create("returnUrl", inForm)] : []);

        var response = await world.PostAsync("/logout" + query, form);

        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.Equal(expected, response.Headers.Location?.OriginalString);
        await world.AssertLoggedOutAsync();
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=returnUrl\r\n\r\n/a")]
    [InlineData("multipart/form-data", "x")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-7", "returnUrl=%2Fa")]
    [InlineData("application/x-www-form-urlencoded", "%%%&&==\0")]
    public async Task An_odd_form_still_logs_out(string contentType, string body)
    {
        await using var world = await World.StartAsync();
        await world.LogInAsync();
        using var form = new ByteArrayContent(System.Text.Encoding.ASCII.GetBytes(body));
        form.Headers.TryAddWithoutValidation("Content-Type", contentType);

        var response = await world.PostAsync("/logout", form);

        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.Equal("/", response.Headers.Location?.OriginalString);
        await world.AssertLoggedOutAsync();
    }

    [Fact]
    public async Task A_form_that_does_not_come_is_not_waited_for_where_there_is_no_session()
    {
        await using var world = await World.StartAsync();
        using var client = await WireClient.ConnectAsync(world.Broker.Url);
        await client.SendAsync($"POST /logout HTTP/1.1\r\nHost: {BrokerServer.Authority}\r\nX-CSRF: 1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\nreturnUrl=%2F");

        var answer = await client.ReadAsync();

        Assert.StartsWith("HTTP/1.1 303", answer, StringComparison.Ordinal);
        Assert.Contains("Location: /\r\n", answer, StringComparison.Ordinal);
    }
}
