namespace BffBroker.Endpoints;

/// <summary>
/// <c>GET /auth/nginx</c>, for <c>auth_request</c>. nginx passes only 200, 401 and 403 on and makes 500 of everything else; and it keeps its
/// connection only when there is no body.
/// </summary>
internal sealed class AuthNginxEndpoint(GatewayCheck check)
{
    public const string Path = "/auth/nginx";

    // It writes no body, so it needs no result.
    public void Map(IEndpointRouteBuilder routes) => routes.MapMethods(Path, Routes.GetAndHead, AnswerAsync).WithMetadata(AskedAllTheTime.Instance);

    private async Task AnswerAsync(HttpContext http)
    {
        var response = http.Response;
        response.ContentLength = 0;
        switch (await check.DecideAsync(http))
        {
            case GatewayOutcome.Allowed(var user, var accessToken):
                IdentityHeaders.Set(response, user, accessToken);
                break;

            case GatewayOutcome.Unauthenticated:
                response.StatusCode = StatusCodes.Status401Unauthorized;
                break;

            case GatewayOutcome.Forbidden:
                response.StatusCode = StatusCodes.Status403Forbidden;
                break;

            case GatewayOutcome.Unavailable(var retryAfter):
                response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                Problems.SetRetryAfter(http, retryAfter);
                break;

            default:
                response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                Problems.SetRetryAfter(http, SessionAccess.UnreadableRetryAfter);
                break;
        }
    }
}
