using BffBroker.OAuth;
using BffBroker.Sessions;

namespace BffBroker.Endpoints;

/// <summary><c>POST /logout</c>: deletes the session and clears its cookie, in this order, so that a failure can be tried again.</summary>
internal sealed class LogoutEndpoint(PublicSite site, BrokerCookies cookies, SessionVault vault)
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/logout", (HttpContext http, LogoutEndpoint logout, CancellationToken cancellationToken) => logout.EndAsync(http, cancellationToken));

    private async Task<IResult> EndAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var returnUrl = await ReadReturnUrlAsync(http.Request, cancellationToken);
        if (cookies.SessionKeyOf(http.Request) is { } key)
        {
            // By its handle: a record that does not open can be ended all the same.
            await vault.EndAsync(SessionHandle.Of(key), SessionEndReason.Logout);
        }

        cookies.ClearSession(http.Response);
        return returnUrl is null ? TypedResults.NoContent() : new Redirect(StatusCodes.Status303SeeOther, returnUrl.Location);
    }

    // Null for a script, which needs no way back. A form's bad return URL counts as the root: the logout is what matters.
    private async Task<ReturnUrl?> ReadReturnUrlAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasFormContentType)
        {
            return null;
        }

        try
        {
            var form = await request.ReadFormAsync(cancellationToken);
            var given = request.Query["returnUrl"] is { Count: > 0 } fromQuery ? fromQuery : form["returnUrl"];
            return (given is [var only] ? site.ParseReturnUrl(only) : null) ?? ReturnUrl.Root;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or NotSupportedException or ArgumentException)
        {
            return ReturnUrl.Root;
        }
    }
}
