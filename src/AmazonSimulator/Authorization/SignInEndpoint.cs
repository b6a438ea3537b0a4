namespace AmazonSimulator;

/// <summary><c>/ap/signin</c>: choose one of the sample customers. Form fields: <c>arb</c>, <c>customer</c>.</summary>
internal static class SignInEndpoint
{
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ap/signin", (HttpContext http, Simulator simulator) => Show(http, simulator, http.Request.Query["arb"]));
        routes.MapPost("/ap/signin", SignInAsync);
    }

    private static PageResult Show(HttpContext http, Simulator simulator, string? arb) => simulator.Pending.Find(arb) is { } request
        ? SignInPage.For(http, arb!, request, simulator.SignIns.Find(http))
        : ErrorPage.SignInIsOver(http);

    private static async Task<IResult> SignInAsync(HttpContext http, Simulator simulator, CancellationToken cancellationToken)
    {
        if (await PageForm.ReadAsync(http, cancellationToken) is not { } form)
        {
            return ErrorPage.For(http, "This form did not come from here.");
        }

        var arb = form["arb"];
        if (simulator.Pending.Find(arb) is null || SampleCustomers.Find(form["customer"]) is not { } customer)
        {
            return Show(http, simulator, arb);
        }

        simulator.SignIns.SignIn(http, customer);
        // Post, redirect, get: reloading the next page repeats no sign-in.
        return TypedResults.Redirect($"{http.Request.PathBase}/ap/oa?arb={Uri.EscapeDataString(arb!)}");
    }
}
