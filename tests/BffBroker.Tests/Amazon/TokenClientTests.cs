using BffBroker.OAuth;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace BffBroker.Tests.Amazon;

public sealed class TokenClientTests
{
    private const string Access = "\"access_token\":\"Atza|a\"";
    private const string Bearer = "\"token_type\":\"bearer\"";

    [Theory]
    [InlineData($$"""{{{Access}},{{Bearer}},"expires_in":3600,"refresh_token":"Atzr|b"}""", 3600, "Atzr|b")]
    [InlineData($$"""{{{Access}},{{Bearer}},"expires_in":"3600","refresh_token":"Atzr|b"}""", 3600, "Atzr|b")]
    [InlineData($$"""{{{Access}},"token_type":"Bearer","expires_in":1}""", 1, null)]
    [InlineData($$"""{"x":{"y":[]},{{Access}},{{Bearer}},"expires_in":60,"scope":"profile","refresh_token":""}""", 60, null)]
    public async Task A_token_response_is_read(string body, int expiresIn, string? refreshToken)
    {
        var issued = Assert.IsType<TokenRequestOutcome.Issued>((await RefreshAsync(200, body)).Outcome).Response;

        Assert.Equal("Atza|a", issued.AccessToken.Value);
        Assert.Equal(TimeSpan.FromSeconds(expiresIn), issued.ExpiresIn);
        Assert.Equal(refreshToken, issued.RefreshToken?.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"expires_in\":0")]
    [InlineData(",\"expires_in\":-5")]
    [InlineData(",\"expires_in\":1.5")]
    [InlineData(",\"expires_in\":null")]
    [InlineData(",\"expires_in\":{}")]
    [InlineData(",\"expires_in\":\"soon\"")]
    [InlineData(",\"expires_in\":\"\\ud83d\"")]
    [InlineData(",\"expires_in\":99999999999999999999")]
    public async Task A_life_that_makes_no_sense_is_taken_as_the_documented_hour_and_no_refresh_token_is_lost(string expiresIn)
    {
        var body = $$"""{{{Access}},{{Bearer}},"refresh_token":"Atzr|b"{{expiresIn}}}""";

        var issued = Assert.IsType<TokenRequestOutcome.Issued>((await RefreshAsync(200, body)).Outcome).Response;

        Assert.Equal(TimeSpan.FromHours(1), issued.ExpiresIn);
        Assert.Equal("Atzr|b", issued.RefreshToken?.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("<html></html>")]
    [InlineData("<UnknownOperationException/>")]
    [InlineData($$"""{{{Access}},{{Bearer}},"expires_in":3600""")]
    [InlineData($$"""{{{Bearer}},"expires_in":3600}""")]
    [InlineData($$"""{"access_token":"",{{Bearer}},"expires_in":3600}""")]
    [InlineData($$"""{"access_token":"Atza|a\r\nX: y",{{Bearer}},"expires_in":3600}""")]
    [InlineData($$"""{"access_token":7,{{Bearer}},"expires_in":3600}""")]
    [InlineData($$"""{{{Access}},"token_type":"mac","expires_in":3600}""")]
    [InlineData($$"""{{{Access}},"expires_in":3600}""")]
    public async Task A_200_that_is_no_token_response_is_unexpected(string body) =>
        Assert.IsType<TokenRequestOutcome.Unexpected>((await RefreshAsync(200, body)).Outcome);

    [Theory]
    [InlineData(400, """{"error_description":"d","error":"invalid_grant"}""", typeof(TokenRequestOutcome.InvalidGrant))]
    [InlineData(400, """{"error":"INVALID_GRANT","error_index":"x","request_id":"y"}""", typeof(TokenRequestOutcome.InvalidGrant))]
    [InlineData(401, """{"error":"invalid_client"}""", typeof(TokenRequestOutcome.Unavailable))]
    [InlineData(400, """{"error":"invalid_client"}""", typeof(TokenRequestOutcome.Unavailable))]
    [InlineData(400, """{"error":"unauthorized_client"}""", typeof(TokenRequestOutcome.Unavailable))]
    [InlineData(400, """{"error":"invalid_request"}""", typeof(TokenRequestOutcome.Unexpected))]
    [InlineData(400, """{"error":"unsupported_grant_type"}""", typeof(TokenRequestOutcome.Unexpected))]
    [InlineData(400, """{"error":"something_new"}""", typeof(TokenRequestOutcome.Unexpected))]
    [InlineData(400, """{"error":{"x":1}}""", typeof(TokenRequestOutcome.Unexpected))]
    [InlineData(400, "", typeof(TokenRequestOutcome.Unexpected))]
    [InlineData(400, "<html>invalid_grant</html>", typeof(TokenRequestOutcome.Unexpected))]
    [InlineData(404, "<UnknownOperationException/>", typeof(TokenRequestOutcome.Unexpected))]
    [InlineData(200, """{"error":"invalid_grant"}""", typeof(TokenRequestOutcome.Unexpected))]
    [InlineData(302, """{"error":"invalid_grant"}""", typeof(TokenRequestOutcome.Unexpected))]
    [InlineData(503, """{"error":"invalid_client"}""", typeof(TokenRequestOutcome.Unavailable))]
    [InlineData(302, "", typeof(TokenRequestOutcome.Unexpected))]
    [InlineData(500, """{"error":"ServerError"}""", typeof(TokenRequestOutcome.Unavailable))]
    [InlineData(500, """{"error":"invalid_grant"}""", typeof(TokenRequestOutcome.Unavailable))]
    [InlineData(400, """{"error":"servererror"}""", typeof(TokenRequestOutcome.Unavailable))]
    [InlineData(503, "<html></html>", typeof(TokenRequestOutcome.Unavailable))]
    [InlineData(429, "", typeof(TokenRequestOutcome.Unavailable))]
    public async Task Each_error_has_its_outcome(int status, string body, Type outcome) => Assert.IsType(outcome, (await RefreshAsync(status, body)).Outcome);

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_body_that_does_not_decompress_is_unexpected(string encoding) =>
        Assert.IsType<TokenRequestOutcome.Unexpected>((await RefreshAsync(200, "garbage", ("Content-Encoding", encoding))).Outcome);

    [Theory]
    [InlineData("7", 7)]
    [InlineData("100000", 60)]
    [InlineData("soon", null)]
    [InlineData("Wed, 21 Oct 2015 07:28:00 GMT", 0)]
    public async Task Retry_After_is_honoured_within_reason(string header, int? seconds)
    {
        var unavailable = Assert.IsType<TokenRequestOutcome.Unavailable>((await RefreshAsync(503, "", ("Retry-After", header))).Outcome);

        Assert.Equal(seconds, (int?)unavailable.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task What_Amazon_writes_into_its_errors_reaches_no_log()
    {
        var error = await RefreshAsync(400, """{"error":"canary-1","error_description":"canary-2"}""", ("x-amzn-RequestId", "canary 3"), ("Content-Type", "text/canary"));
        var known = await RefreshAsync(400, """{"error":"invalid_request"}""", ("x-amzn-RequestId", "0f6bef6d-705c"));

        Assert.DoesNotContain("canary", error.Log, StringComparison.Ordinal);
        Assert.Contains("0f6bef6d-705c", known.Log, StringComparison.Ordinal);
    }

    private static async Task<(TokenRequestOutcome Outcome, string Log)> RefreshAsync(int status, string body, params (string Name, string Value)[] headers)
    {
        await using var amazon = await UpstreamServer.StartAsync();
        amazon.Answer = http =>
        {
            http.Response.StatusCode = status;
            foreach (var (name, value) in headers)
            {
                http.Response.Headers[name] = value;
            }

            return http.Response.WriteAsync(body);
        };
        using var client = new AmazonClient(amazon.Url);
        return (await client.RefreshAsync(), client.Log.Text);
    }
}
