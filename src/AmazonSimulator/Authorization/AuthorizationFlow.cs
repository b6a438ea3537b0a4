namespace AmazonSimulator;

/// <summary>Where a pending authorization request goes next: sign-in, consent, or back to the client.</summary>
internal sealed class AuthorizationFlow(Simulator simulator, HttpContext http)
{
    public IResult Continue(string arb, AuthorizationRequest request)
    {
        if (SampleCustomers.Find(simulator.Settings.AutoApprove) is { } automatic)
        {
            return Approve(automatic, request, request.Scopes.Select(scope => scope.Name));
        }

        return simulator.SignIns.Find(http) switch
        {
            null => SignInPage.For(http, arb, request, current: null),
            var customer when simulator.Consents.Covers(customer, request) =>
                Approve(customer, request, request.Scopes.Select(scope => scope.Name)),
            var customer => ConsentPage.For(http, arb, request, customer, simulator.Clients.Find(request.ClientId)?.Company ?? "an unknown company"),
        };
    }

    public IResult Approve(SimulatedCustomer customer, AuthorizationRequest request, IEnumerable<string> scopes)
    {
        var granted = scopes.ToList();
        var client = simulator.Clients.Find(request.ClientId);
        if (client is null || granted.Count == 0)
        {
            // Everything was voluntary and nothing was left ticked: that is a refusal.
            return Cancel(request);
        }

        var code = simulator.Codes.Issue(request, simulator.Grants.Create(customer, client, granted));
        return TypedResults.Redirect(AuthorizationResponse.Success(request, code, simulator.Settings.OmitScope ? null : granted));
    }

    public IResult Cancel(AuthorizationRequest request) => Fail(request, "access_denied", "Access not permitted.");

    public IResult Fail(AuthorizationRequest request, string error, string description) =>
        TypedResults.Redirect(AuthorizationResponse.Failure(request, error, description, simulator.Settings.TrailingHashOnError));
}
