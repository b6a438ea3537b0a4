namespace AmazonSimulator;

/// <summary>What the client wants to know, and which of it the customer may keep back.</summary>
internal static class ConsentPage
{
    public static PageResult For(HttpContext http, string arb, AuthorizationRequest request, SimulatedCustomer customer, string company)
    {
        var basePath = http.Request.PathBase.Value ?? "";
        var scopes = request.Scopes.Select((scope, index) => (Scope: scope, Id: $"scope-{index}")).ToLookup(row => row.Scope.Essential);
        var body = Html.Of($"""
            <p><strong>{new Uri(request.RedirectUri).Authority}</strong>, an app of {company}, would like to know something about you.</p>
            <p><small>Signed in as {customer.Name}. <a href="{basePath}/ap/signin?arb={arb}">Use another account</a></small></p>
            <form method="post" action="{basePath}/ap/consent">
            <input type="hidden" name="arb" value="{arb}">
            {Group("It needs", scopes[true].Select(row => Required(row.Scope)))}
            {Group("You may leave out", scopes[false].Select(row => Voluntary(row.Scope, row.Id)))}
            <p class="actions"><button type="submit" class="primary" name="decision" value="approve">Approve</button>
            <button type="submit" name="decision" value="cancel">Cancel</button></p>
            </form>
            """);
        return new(StatusCodes.Status200OK, "Share your information?", body, basePath,
            new Uri(request.RedirectUri).GetLeftPart(UriPartial.Authority));
    }

    private static Html Group(string legend, IEnumerable<Html> rows) => rows.Any()
        ? Html.Of($"""
            <fieldset>
            <legend>{legend}</legend>
            <ul>
            {Html.Join(rows)}
            </ul>
            </fieldset>
            """)
        : Html.Empty;

    private static Html Required(RequestedScope scope) => Html.Of($"""
        <li class="required"><span>{KnownScopes.Describe(scope.Name)}<small><code>{scope.Name}</code></small></span></li>
        """);

    private static Html Voluntary(RequestedScope scope, string id) => Html.Of($"""
        <li><label class="choice" for="{id}"><input type="checkbox" id="{id}" name="scope" value="{scope.Name}" checked>
        <span>{KnownScopes.Describe(scope.Name)}<small><code>{scope.Name}</code></small></span></label></li>
        """);
}
