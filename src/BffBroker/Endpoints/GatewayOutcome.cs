using BffBroker.OAuth;
using BffBroker.Sessions;

namespace BffBroker.Endpoints;

/// <summary>What a gateway is told of a request, whatever its protocol.</summary>
internal abstract record GatewayOutcome
{
    private GatewayOutcome()
    {
    }

    /// <param name="AccessToken">Null unless this gateway gets access tokens.</param>
    public sealed record Allowed(UserIdentity User, AccessToken? AccessToken) : GatewayOutcome;

    public sealed record Unauthenticated : GatewayOutcome;

    /// <param name="Code">Of the problem.</param>
    /// <param name="Missing">The scopes that a login must ask for, where one would help.</param>
    public sealed record Forbidden(string Code, Scopes? Missing = null) : GatewayOutcome;

    /// <summary>Redis or Amazon is in trouble; the session is kept.</summary>
    public sealed record Unavailable(TimeSpan RetryAfter) : GatewayOutcome;

    /// <summary>Amazon answers what makes no sense, and there is no living token to pass on.</summary>
    public sealed record AmazonError : GatewayOutcome;

    /// <summary>The record does not open. A new login is the way out.</summary>
    public sealed record Unreadable : GatewayOutcome;
}
