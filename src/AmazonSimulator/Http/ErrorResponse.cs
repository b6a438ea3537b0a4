namespace AmazonSimulator;

/// <summary>A refusal in OAuth's words. The descriptions are fragments clients have reported.</summary>
internal sealed record ErrorResponse(int Status, string Error, string Description)
{
    public static ErrorResponse Malformed { get; } = new(400, "invalid_request", "Malformed request");

    public static ErrorResponse UnauthorizedClient { get; } = new(400, "unauthorized_client", "Not authorized for requested operation");

    public static ErrorResponse UnsupportedGrantType { get; } = new(400, "unsupported_grant_type", "The requested grant_type is not supported");

    public static ErrorResponse InvalidToken { get; } = new(400, "invalid_token", "The request has an invalid parameter : access_token");

    public static ErrorResponse InsufficientScope { get; } = new(401, "insufficient_scope", "The access token does not cover this request");

    public static ErrorResponse InvalidClient(bool as400) => new(as400 ? 400 : 401, "invalid_client", "Client authentication failed");

    public static ErrorResponse Missing(string parameter) =>
        new(400, "invalid_request", $"The request is missing a required parameter : {parameter}");

    public static ErrorResponse Invalid(string parameter) => new(400, "invalid_request", $"The request has an invalid parameter : {parameter}");

    public static ErrorResponse InvalidGrant(string parameter) =>
        new(400, "invalid_grant", $"The request has an invalid grant parameter : {parameter}");
}
