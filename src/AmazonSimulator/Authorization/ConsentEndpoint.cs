namespace AmazonSimulator;

/// <summary><c>POST /ap/consent</c>. Form fields: <c>arb</c>, <c>scope</c> for each voluntary scope granted, <c>decision</c>.</summary>
internal static class ConsentEndpoint
{
    public static void MapConsent(this IEndpointRouteBuilder routes) => routes.MapPost("/ap/consent", DecideAsync);

    private static async Task<IResult> DecideAsync(HttpContext http, Simulator simulator, CancellationToken cancellationToken)
    {
        if (await PageForm.ReadAsync(http, cancellationToken) is not { } form || simulator.Pending.Find(form["arb"]) is not { } request)
        {
            return ErrorPage.SignInIsOver(http);
        }

        var flow = new AuthorizationFlow(simulator, http);
        // Cancelling needs no account: the sign-in page has the same button.
        if (form["decision"] == "cancel")
        {
            return flow.Cancel(request);
        }

        if (form["decision"] != "approve" || simulator.SignIns.Find(http) is not { } customer)
        {
            return flow.Continue(form["arb"]!, request);
        }

        var ticked = form["scope"];
        var granted = request.Scopes.Where(scope => scope.Essential || ticked.Contains(scope.Name)).Select(scope => scope.Name).ToList();
        simulator.Consents.Remember(customer, request.ClientId, granted);
        return flow.Approve(customer, request, granted);
    }
}
