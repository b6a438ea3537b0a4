using BffBroker.OAuth;
using BffBroker.Sessions;

namespace BffBroker.Endpoints;

/// <summary>
/// <c>POST /logout</c>: deletes the session, with <c>everywhere=true</c> all of the user's, and clears the cookie, in this order, so that a
/// failure can be tried again. A session whose companion did not come along is not ended: its cookie may have been seen, or set, by a sibling host.
/// </summary>
internal sealed class LogoutEndpoint(
    PublicSite site, BrokerCookies cookies, SessionAccess access, SessionVault vault, UserSessions users, SessionEnding ending)
{
    private const string Everywhere = "everywhere";

    public void Map(IEndpointRouteBuilder routes) => routes.MapAnswer(HttpMethods.Post, "/logout", EndAsync);

    private async Task<IResult> EndAsync(HttpContext http)
    {
        // Who wanted to end all sessions must not believe that they have ended.
        if (http.Request.Query[Everywhere] is var everywhere && everywhere is not ([] or ["true"] or ["false"]))
        {
            return Problems.Json(http, Problems.InvalidRequest);
        }

        var returnUrl = await ReadReturnUrlAsync(http.Request);
        foreach (var session in cookies.SessionsOf(http.Request))
        {
            if (!await TryEndAsync(session, everywhere is ["true"]))
            {
                return access.Unreadable(http);
            }
        }

        cookies.ClearSession(http.Response);
        return returnUrl is null ? TypedResults.NoContent() : new Redirect(StatusCodes.Status303SeeOther, returnUrl.Location);
    }

    /// <summary>False when all sessions of a user are to end, and the record does not tell whose it is.</summary>
    private async Task<bool> TryEndAsync(SessionSecrets secrets, bool everywhere)
    {
        switch (await vault.FindAsync(secrets))
        {
            case SessionLookup.Found(var session) when everywhere:
                await users.EndAllAsync(session, SessionEndReason.LogoutEverywhere);
                return true;

            case SessionLookup.Found(var session):
                await ending.EndAsync(session, SessionEndReason.Logout);
                return true;

            case SessionLookup.Unbound:
                return true;

            case SessionLookup.Unreadable when everywhere:
                return false;

            default:
                await ending.EndAsync(SessionHandle.Of(secrets.Key), SessionEndReason.Logout);
                return true;
        }
    }

    // Null for a script, which needs no way back. A form's bad return URL counts as the root: the logout is what matters.
    private async Task<ReturnUrl?> ReadReturnUrlAsync(HttpRequest request)
    {
        if (!request.HasFormContentType)
        {
            return null;
        }

        try
        {
            var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
            var given = request.Query["returnUrl"] is { Count: > 0 } fromQuery ? fromQuery : form["returnUrl"];
            return (given is [var only] ? site.ParseReturnUrl(only) : null) ?? ReturnUrl.Root;
        }
        catch (Exception exception) when (exception is (IOException and not BadHttpRequestException) or InvalidDataException or NotSupportedException or ArgumentException)
        {
            return ReturnUrl.Root;
        }
    }
}
