namespace BffBroker.Amazon;

/// <summary>What Amazon is asked for, at which endpoint, and after which failures it is asked again.</summary>
internal sealed class AmazonOperation
{
    private readonly Func<AmazonOutcome, bool> _isRepeatedAfter;

    private AmazonOperation(string name, string endpoint, Func<AmazonOutcome, bool> isRepeatedAfter) =>
        (Name, Endpoint, _isRepeatedAfter) = (name, endpoint, isRepeatedAfter);

    /// <summary>Never repeated: a code is good for one use, and its user is there to log in again.</summary>
    public static AmazonOperation CodeExchange { get; } = new("authorization_code", "token", _ => false);

    /// <summary>Repeated only when Amazon has surely not used the token: it may be good for one use, and its reuse may end the grant.</summary>
    public static AmazonOperation Refresh { get; } = new("refresh_token", "token", failure => failure is not AmazonOutcome.Unanswered);

    /// <summary>Never repeated: part of a login, as the code exchange.</summary>
    public static AmazonOperation TokenInfo { get; } = new("tokeninfo", "tokeninfo", _ => false);

    /// <summary>Reading changes nothing.</summary>
    public static AmazonOperation Profile { get; } = new("profile", "profile", _ => true);

    public static IReadOnlyList<AmazonOperation> All { get; } = [CodeExchange, Refresh, TokenInfo, Profile];

    /// <summary>As logs and metrics call it.</summary>
    public string Name { get; }

    /// <summary>Those of one endpoint share its circuit breaker.</summary>
    public string Endpoint { get; }

    public bool IsRepeatedAfter(AmazonOutcome outcome) => outcome.IsFailure && _isRepeatedAfter(outcome);

    public override string ToString() => Name;
}
