using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Telemetry;

namespace BffBroker.Endpoints;

/// <summary>
/// <c>GET /callback</c>: the way back from Amazon. Nothing is asked of Amazon before the <c>state</c> is known to be genuine, unexpired, of
/// this browser and unused.
/// </summary>
internal sealed partial class CallbackEndpoint(
    PublicSite site,
    BrokerCookies cookies,
    LoginStates states,
    SessionAccess access,
    LoginCompletion completion,
    LoginRateLimit rateLimit,
    BrokerMeter meter,
    ILogger<CallbackEndpoint> logger)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapAnswer(HttpMethods.Get, "/callback", FinishAndCountAsync).WithMetadata(AnswersWithPages.Instance);

    private async Task<IResult> FinishAndCountAsync(HttpContext http)
    {
        using var span = BrokerTrace.Start("login callback");
        var step = LoginStep.Failed; // should it throw: Redis is out of reach, or we are at fault
        try
        {
            (var result, step) = await FinishAsync(http);
            return result;
        }
        finally
        {
            if (step is not null)
            {
                meter.LoginCounted(step);
                span?.End(step, isError: step == LoginStep.Failed);
            }
        }
    }

    /// <summary>The step is null where the callback is not a login's at all.</summary>
    private async Task<(IResult Result, string? Step)> FinishAsync(HttpContext http)
    {
        // Amazon sends a browser here, and no page a picture: what is no navigation is not looked at, and does not count.
        if (!http.Request.IsNavigation())
        {
            return (Problems.Json(http, Problems.NavigationRequired), null);
        }

        // A client that is over the limit does not have the key ring read. A login under way does not need it.
        var query = http.Request.Query;
        var state = query["state"] is [var text] ? await states.OpenAsync(text, mayReload: !rateLimit.AreCallbacksUsedUp(http)) : null;
        if (state is null)
        {
            return Refuse(http, Problems.InvalidState, null);
        }

        var returnUrl = site.ParseReturnUrl(state.ReturnUrl) ?? ReturnUrl.Root;
        if (CallbackRequest.Parse(query) is not { } callback)
        {
            return Refuse(http, Problems.InvalidRequest, returnUrl);
        }

        var loginKey = cookies.LoginKeyOf(http.Request);
        if (states.IsExpired(state) || loginKey is null || !state.BelongsTo(loginKey) || !await states.TryUseAsync(state))
        {
            // A double click, a reload, the Back button, forty restored tabs: whoever is logged in already goes where they wanted to go. While another
            // tab may still be about to log in, the page looks again by itself.
            return await access.FindAsync(http) is SessionLookup.Found
                ? (new Redirect(StatusCodes.Status302Found, returnUrl.Location), null)
                : Refuse(http, Problems.InvalidState, returnUrl, looksAgain: states.IsRecent(state));
        }

        // The code is good once: what is begun is finished, even for a browser that has gone.
        var browser = new LoginBrowser(loginKey, cookies.SessionOf(http.Request), cookies.CreateBind(), UserAgent.Of(http.Request));
        var outcome = await completion.CompleteAsync(callback, state, browser, CancellationToken.None);
        switch (outcome)
        {
            case LoginOutcome.Succeeded(var session):
                cookies.SetSession(http.Response, new(session.Key, browser.NewBind));
                return (new Redirect(StatusCodes.Status302Found, returnUrl.Location), LoginStep.Succeeded);

            case LoginOutcome.Failed(var error):
                Log.LoginFailed(logger, error);
                var denied = outcome == LoginOutcome.Denied;
                return (new Redirect(StatusCodes.Status302Found, returnUrl.WithLoginError(error).Location), denied ? LoginStep.Denied : LoginStep.Failed);

            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private (IResult Result, string Step) Refuse(HttpContext http, string code, ReturnUrl? returnUrl, bool looksAgain = false)
    {
        Log.CallbackRefused(logger, code);
        var answer = rateLimit.RefuseCallback(http, returnUrl, looksAgain) ?? ErrorPage.Of(http, site, code, returnUrl, looksAgain: looksAgain);
        return (answer, LoginStep.RejectedState);
    }

    private static partial class Log
    {
        [LoggerMessage(4301, LogLevel.Information, "A callback was refused before any call to Amazon: {Code}")]
        public static partial void CallbackRefused(ILogger logger, string code);

        [LoggerMessage(4302, LogLevel.Information, "A login ended without a session: {Error}")]
        public static partial void LoginFailed(ILogger logger, string error);
    }
}
