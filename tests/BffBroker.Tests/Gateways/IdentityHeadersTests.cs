using System.Text;
using BffBroker.Endpoints;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;

namespace BffBroker.Tests.Gateways;

public sealed class IdentityHeadersTests
{
    [Fact]
    public void Whatever_a_name_is_made_of_it_is_one_header_that_can_be_read_back() =>
        Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            var name = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get)); // half a surrogate pair is no text
            var header = IdentityHeaders.Encode(name);

            Assert.DoesNotContain(header, character => character is < ' ' or > '~');
            Assert.Equal(header.Trim(), header);
            Assert.Equal(name, header.StartsWith("UTF-8''", StringComparison.OrdinalIgnoreCase) ? Uri.UnescapeDataString(header["UTF-8''".Length..]) : header);
        }));

    [Theory]
    [InlineData("Ada Example", "Ada Example")]
    [InlineData("100% \"Ada\", O'Neil;", "100% \"Ada\", O'Neil;")]
    [InlineData(" Ada", "UTF-8''%20Ada")]
    [InlineData("UTF-8''Ada", "UTF-8''UTF-8%27%27Ada")]
    [InlineData("Ada\r\nX-Auth-Request-User: root", "UTF-8''Ada%0D%0AX-Auth-Request-User%3A%20root")]
    [InlineData("\u007f", "UTF-8''%7F")]
    public void A_name_that_would_not_arrive_as_it_is_is_encoded(string name, string header) => Assert.Equal(header, IdentityHeaders.Encode(name));

    /// <summary>Else the server would refuse to send it, and this user would never pass.</summary>
    [Fact]
    public void Each_header_is_encoded_and_not_the_name_alone()
    {
        var response = new DefaultHttpContext().Response;

        IdentityHeaders.Set(response, new("amzn1.account.\u00c9", "Zo\u00eb", "zo\u00eb@example.org\r\n"), null);

        Assert.Equal("UTF-8''amzn1.account.%C3%89", response.Headers["X-Auth-Request-User"]);
        Assert.Equal("UTF-8''Zo%C3%AB", response.Headers["X-Auth-Request-Name"]);
        Assert.Equal("UTF-8''zo%C3%AB%40example.org%0D%0A", response.Headers["X-Auth-Request-Email"]);
    }

    [Theory]
    [InlineData("X-Auth-Request-User", true)]
    [InlineData("x_auth-request_ACCESS_token", true)]
    [InlineData("X-Auth-Request-Whatever", true)]
    [InlineData("X.Auth.Request.User", true)]
    [InlineData("x!auth~request'user", true)]
    [InlineData("Remote_User", true)]
    [InlineData("X-Forwarded-Email", true)]
    [InlineData("X-Bff-Gateway_Key", true)]
    [InlineData("X-Auth-Request", false)]
    [InlineData("X-Forwarded-For", false)]
    [InlineData("Authorization", false)]
    public void A_header_is_told_in_every_spelling(string name, bool isOne) => Assert.Equal(isOne, IdentityHeaders.IsOne(name));
}
