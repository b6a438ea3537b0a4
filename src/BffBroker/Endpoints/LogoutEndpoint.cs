using BffBroker.OAuth;
using BffBroker.Sessions;
using Microsoft.Extensions.Primitives;

namespace BffBroker.Endpoints;

/// <summary>
/// <c>POST /logout</c>: deletes the session, with <c>everywhere=true</c> all of the user's, and clears the cookie, in this order, so that a
/// failure can be tried again. A session whose companion did not come along is not ended: its cookie may have been seen, or set, by a sibling host.
/// </summary>
internal sealed class LogoutEndpoint(
    PublicSite site, BrokerCookies cookies, SessionAccess access, SessionVault vault, UserSessions users, SessionEnding ending)
{
    private const string Everywhere = "everywhere";
    private const int MostForms = 200;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWithoutSession = TimeSpan.FromSeconds(1);

    private int _formsBeingRead;

    public void Map(IEndpointRouteBuilder routes) => routes.MapAnswer(HttpMethods.Post, "/logout", EndAsync);

    private async Task<IResult> EndAsync(HttpContext http)
    {
        // Who wanted to end all sessions must not believe that they have ended.
        if (http.Request.Query[Everywhere] is var everywhere && everywhere is not ([] or ["true"] or ["false"]))
        {
            return Problems.Json(http, Problems.InvalidRequest);
        }

        var found = new List<(SessionSecrets Secrets, SessionLookup Lookup)>();
        foreach (var secrets in cookies.SessionsOf(http.Request))
        {
            found.Add((secrets, await vault.FindAsync(secrets)));
        }

        var returnUrl = await ReadReturnUrlAsync(http, hasSession: found.Exists(session => session.Lookup is not SessionLookup.Missing));
        foreach (var (secrets, lookup) in found)
        {
            if (!await TryEndAsync(secrets, lookup, everywhere is ["true"]))
            {
                return access.Unreadable(http);
            }
        }

        cookies.ClearSession(http.Response);
        return returnUrl is null ? TypedResults.NoContent() : new Redirect(StatusCodes.Status303SeeOther, returnUrl.Location);
    }

    /// <summary>False when all sessions of a user are to end, and the record does not tell whose it is.</summary>
    private async Task<bool> TryEndAsync(SessionSecrets secrets, SessionLookup lookup, bool everywhere)
    {
        switch (lookup)
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
    private async Task<ReturnUrl?> ReadReturnUrlAsync(HttpContext http, bool hasSession)
    {
        var request = http.Request;
        if (!request.HasFormContentType)
        {
            return null;
        }

        var given = request.Query["returnUrl"] is { Count: > 0 } inQuery ? inQuery : await ReadFormAsync(http, hasSession);
        return (given is [var only] ? site.ParseReturnUrl(only) : null) ?? ReturnUrl.Root;
    }

    // A form costs memory for as long as it takes to come, and anybody can send one slowly. So only some are read at a time, and one without a session
    // has to be there at once.
    private async Task<StringValues> ReadFormAsync(HttpContext http, bool hasSession)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        try
        {
            if (Interlocked.Increment(ref _formsBeingRead) > MostForms)
            {
                return default;
            }

            // First its bytes: to give up, the form's own reader would cut the connection.
            patience.CancelAfter(hasSession ? Longest : LongestWithoutSession);
            using var content = new MemoryStream();
            await http.Request.Body.CopyToAsync(content, patience.Token);
            content.Position = 0;
            http.Request.Body = content;
            return (await http.Request.ReadFormAsync(http.RequestAborted))["returnUrl"];
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            return default;
        }
        catch (Exception exception) when (exception is (IOException and not BadHttpRequestException) or InvalidDataException or NotSupportedException or ArgumentException)
        {
            return default;
        }
        finally
        {
            Interlocked.Decrement(ref _formsBeingRead);
        }
    }
}
