namespace AmazonSimulator;

/// <summary>How a token request ends.</summary>
internal abstract record TokenDecision
{
    private TokenDecision()
    {
    }

    public sealed record Issued(string AccessToken, string? RefreshToken) : TokenDecision;

    public sealed record Refused(ErrorResponse Error) : TokenDecision;
}
