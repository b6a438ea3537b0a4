namespace AmazonSimulator;

/// <summary>Choose a sample customer; takes the place of e-mail address and password.</summary>
internal static class SignInPage
{
    public static PageResult For(HttpContext http, string arb, AuthorizationRequest request, SimulatedCustomer? current)
    {
        var basePath = http.Request.PathBase.Value ?? "";
        var chosen = current ?? SampleCustomers.All[0];
        var choices = Html.Join(SampleCustomers.All.Select(customer => Choice(customer, customer == chosen)));
        var body = Html.Of($"""
            <p><strong>{new Uri(request.RedirectUri).Authority}</strong> asks you to sign in. Nobody here is real, and nobody has a password.</p>
            <form method="post" action="{basePath}/ap/signin">
            <input type="hidden" name="arb" value="{arb}">
            <fieldset>
            <legend>Who are you today?</legend>
            {choices}
            </fieldset>
            <p class="actions"><button type="submit" class="primary">Sign in</button>
            <button type="submit" formaction="{basePath}/ap/consent" name="decision" value="cancel">Cancel</button></p>
            </form>
            """);
        return new(StatusCodes.Status200OK, "Sign in", body, basePath, new Uri(request.RedirectUri).GetLeftPart(UriPartial.Authority));
    }

    private static Html Choice(SimulatedCustomer customer, bool chosen) => Html.Of($"""
        <label class="choice"><input type="radio" name="customer" value="{customer.Id}"{(chosen ? Html.Of($" checked") : Html.Empty)}>
        <span>{customer.Name}<small><span>{customer.Email ?? "no e-mail address"}</span> <span>{customer.PostalCode ?? "no postal code"}</span></small></span></label>
        """);
}
