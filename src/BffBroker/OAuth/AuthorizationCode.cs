namespace BffBroker.OAuth;

/// <summary>A single-use authorization code: 18 to 128 characters (LWA, authorization response), each of them printable ASCII (RFC 6749 A.11).</summary>
internal sealed record AuthorizationCode
{
    private AuthorizationCode(string value) => Value = value;

    public string Value { get; }

    public static AuthorizationCode? Parse(string? value) =>
        value is { Length: >= 18 and <= 128 } && value.All(character => character is >= ' ' and <= '~') ? new(value) : null;

    public override string ToString() => "[authorization code]";
}
