namespace AmazonSimulator;

/// <summary>What the client wants to know, and which of it the customer may keep back.</summary>
internal static class ConsentPage
{
    public static PageResult For(HttpContext http, string arb, AuthorizationRequest request, SimulatedCustomer customer)
    {
        var basePath = http.Request.PathBase.Value ?? "";
        var scopes = Html.Join(request.Scopes.Select((scope, index) => scope.Essential ? Required(scope) : Voluntary(scope, $"scope-{index}")));
        var body = Html.Of($"""
            <p>Signed in as <strong>{customer.Name}</strong>. <a href="{basePath}/ap/signin?arb={arb}">Use another account</a></p>
            <form method="post" action="{basePath}/ap/consent">
            <input type="hidden" name="arb" value="{arb}">
            <fieldset>
            <legend><strong>{new Uri(request.RedirectUri).Authority}</strong> would like to see</legend>
            <ul>
            {scopes}
            </ul>
            </fieldset>
            <p class="actions"><button type="submit" class="primary" name="decision" value="approve">Approve</button>
            <button type="submit" name="decision" value="cancel">Cancel</button></p>
            </form>
            """);
        return new(StatusCodes.Status200OK, "Share your information?", body, basePath,
            new Uri(request.RedirectUri).GetLeftPart(UriPartial.Authority));
    }

    private static Html Required(RequestedScope scope) => Html.Of($"""
        <li class="required"><span>{KnownScopes.Describe(scope.Name)}<small><code>{scope.Name}</code></small></span> <em>required</em></li>
        """);

    private static Html Voluntary(RequestedScope scope, string id) => Html.Of($"""
        <li><label class="choice" for="{id}"><input type="checkbox" id="{id}" name="scope" value="{scope.Name}" checked>
        <span>{KnownScopes.Describe(scope.Name)}<small><code>{scope.Name}</code></small></span> <em>your choice</em></label></li>
        """);
}
