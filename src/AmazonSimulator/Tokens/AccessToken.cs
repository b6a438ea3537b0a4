namespace AmazonSimulator;

/// <summary>What an access token stands for. Its text is known to the client alone.</summary>
internal sealed record AccessToken(Grant Grant, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);
