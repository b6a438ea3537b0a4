namespace AmazonSimulator;

/// <summary>What a caller wants, as the call log and the fault plan name it. Token calls also come by grant type.</summary>
internal sealed record Operation
{
    private Operation(string name, string? grantType = null) => (Name, GrantType) = (name, grantType);

    public static Operation Authorize { get; } = new("authorize");

    /// <summary>The token endpoint, whatever the grant type.</summary>
    public static Operation Token { get; } = new("token");

    public static Operation CodeExchange { get; } = new("token:authorization_code", "authorization_code");

    public static Operation Refresh { get; } = new("token:refresh_token", "refresh_token");

    public static Operation TokenInfo { get; } = new("tokeninfo");

    public static Operation Profile { get; } = new("profile");

    public static Operation Other { get; } = new("other");

    public static IReadOnlyList<Operation> All { get; } = [Authorize, Token, CodeExchange, Refresh, TokenInfo, Profile, Other];

    public string Name { get; }

    public string? GrantType { get; }

    public static Operation? Find(string? name) => All.FirstOrDefault(operation => operation.Name == name);

    /// <summary>The token operation of a request; a grant type nobody knows is only <see cref="Token"/>, so that no log repeats it.</summary>
    public static Operation TokenFor(string? grantType) =>
        All.FirstOrDefault(operation => operation.GrantType == grantType && grantType is not null) ?? Token;

    /// <summary>Whether a fault planned for this operation is meant for <paramref name="actual"/>.</summary>
    public bool Covers(Operation actual) => this == actual || (this == Token && actual.GrantType is not null);

    public override string ToString() => Name;
}
