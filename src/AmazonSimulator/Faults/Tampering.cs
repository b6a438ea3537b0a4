using System.Text.Json.Nodes;

namespace AmazonSimulator;

/// <summary>One way to make a good answer bad.</summary>
internal sealed record Tampering
{
    private readonly Action<JsonObject> _spoil;

    private Tampering(string name, Action<JsonObject> spoil) => (Name, _spoil) = (name, spoil);

    public static Tampering NoAccessToken { get; } = new("noAccessToken", members => members.Remove("access_token"));

    public static Tampering WrongTokenType { get; } = new("wrongTokenType", members => members["token_type"] = "mac");

    public static Tampering Oversize { get; } = new("oversize", members => members["padding"] = new string('x', 1024 * 1024));

    public static Tampering ForeignAudience { get; } =
        new("foreignAudience", members => members["aud"] = "amzn1.application-oa2-client.ffffffffffffffffffffffffffffffff");

    public static Tampering ForeignUser { get; } = new("foreignUser", members => members["user_id"] = "amzn1.account.AFOREIGNFOREIGNFOREIGNFOREIG");

    public static Tampering MissingUserId { get; } = new("missingUserId", members => members.Remove("user_id"));

    public string Name { get; }

    public void ApplyTo(JsonObject members) => _spoil(members);
}
