namespace BffBroker.Sessions;

/// <summary>Who logged in. <c>user_id</c> is the account key; name and e-mail are there only when their scope was granted.</summary>
internal sealed record UserIdentity(string UserId, string? Name, string? Email)
{
    public override string ToString() => "[user]";
}
