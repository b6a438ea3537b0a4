using BffBroker.Amazon;
using BffBroker.OAuth;
using BffBroker.Sessions;
using Microsoft.Extensions.Options;

namespace BffBroker.Endpoints;

/// <summary><c>GET /me</c>: Amazon's profile, byte for byte, with a token that is refreshed where needed.</summary>
internal sealed class MeEndpoint(
    PublicSite site, SessionAccess access, SessionTokens tokens, ProfileClient profiles, RefreshLimits limits, IOptionsMonitor<AmazonOptions> amazonOptions)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapAnswer(HttpMethods.Get, "/me", GetAsync).WithMetadata(AskedAllTheTime.Instance);

    private Task<IResult> GetAsync(HttpContext http) => access.WithSessionAsync(http, session => GetAsync(http, session));

    private async Task<IResult> GetAsync(HttpContext http, OpenSession session)
    {
        var cancellationToken = http.RequestAborted;
        var outcome = await tokens.GetAsync(session, cancellationToken);
        if (outcome is not TokenOutcome.Usable(var usable))
        {
            return access.Answer(http, outcome);
        }

        var answer = await profiles.GetAsync(usable.Tokens.AccessToken, cancellationToken);
        if (answer is ProfileOutcome.InvalidToken)
        {
            outcome = await tokens.ReplaceAsync(usable, cancellationToken);
            if (outcome is not TokenOutcome.Usable(var replaced))
            {
                return access.Answer(http, outcome);
            }

            // A fresh token rejected as well says nothing against the session: the refresh has just proved that the grant lives.
            (usable, answer) = (replaced, await profiles.GetAsync(replaced.Tokens.AccessToken, cancellationToken));
        }

        return answer switch
        {
            ProfileOutcome.Found(var json) => new Profile(json),
            ProfileOutcome.InsufficientScope => Problems.Json(http, Problems.InsufficientScope, site.LoginUrl(MissingScopes(usable))),
            ProfileOutcome.Unavailable(var retryAfter) => Problems.Unavailable(http, retryAfter ?? limits.RetryAfter),
            _ => Problems.Json(http, Problems.AmazonError),
        };
    }

    // When all of a login's scopes were granted, Amazon wants consent anew.
    private Scopes MissingScopes(OpenSession session)
    {
        var asked = amazonOptions.CurrentValue.ScopesAtLogin;
        return asked.Except(session.Session.Granted) is { IsEmpty: false } missing ? missing : asked;
    }
}
