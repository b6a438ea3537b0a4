using BffBroker.OAuth;

namespace BffBroker.Tests.OAuth;

public sealed class ScopesTests
{
    [Theory]
    [InlineData("profile postal_code", "profile postal_code")]
    [InlineData("profile+postal_code", "profile postal_code")]
    [InlineData(" profile  profile ", "profile")]
    [InlineData("advertising::campaign_management profile:user_id", "advertising::campaign_management profile:user_id")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void A_list_of_scopes_is_split_at_spaces_and_pluses(string? given, string expected) => Assert.Equal(expected, Scopes.Parse(given).ToString());

    [Theory]
    [InlineData("profile:user_id", true)]
    [InlineData("alexa::skills:account_linking", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a+b", false)]
    [InlineData("a\"b", false)]
    [InlineData("a\\b", false)]
    [InlineData("ä", false)]
    public void A_scope_is_what_RFC_6749_allows_less_the_plus(string name, bool isValid) => Assert.Equal(isValid, Scopes.IsValidName(name));
}
