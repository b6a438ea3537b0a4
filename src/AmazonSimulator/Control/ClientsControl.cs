namespace AmazonSimulator;

/// <summary><c>/simulator/clients</c>: the registrations, and what an owner does to them in the developer console.</summary>
internal static class ClientsControl
{
    public static void MapClients(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/clients", (Simulator simulator) => ControlJson.Ok(simulator.Clients.All.Select(View)));
        routes.MapPost("/clients/{id}/secret", (string id, Simulator simulator) =>
            With(simulator, id, client => new { secret = client.RotateSecret() }));
        routes.MapDelete("/clients/{id}/previous-secret", (string id, Simulator simulator) => With(simulator, id, client =>
        {
            client.PreviousSecret = null;
            return View(client);
        }));
        routes.MapPost("/clients/{id}/redirect-uris", (string id, HttpRequest request, Simulator simulator) =>
            ControlJson.WithBodyAsync<NewRedirectUri>(request, added => AddRedirectUri(simulator, id, added.Uri)));
    }

    private static IResult AddRedirectUri(Simulator simulator, string id, string? uri) =>
        uri is null || !RedirectUriRule.MayBeRegistered(uri)
            ? ControlJson.Problem($"'uri' cannot be registered. {RedirectUriRule.Text}")
            : With(simulator, id, client =>
            {
                client.AddRedirectUri(uri);
                return View(client);
            });

    private static IResult With<T>(Simulator simulator, string id, Func<SimulatedClient, T> action) =>
        simulator.Clients.Find(id) is { } client
            ? ControlJson.Ok(action(client))
            : ControlJson.Problem($"There is no client '{id}'.", StatusCodes.Status404NotFound);

    private static ClientView View(SimulatedClient client) =>
        new(client.Id, client.Company, [.. client.RedirectUris], [.. client.Scopes], client.PreviousSecret is not null);

    private sealed record ClientView(
        string Id, string Company, IReadOnlyList<string> RedirectUris, IReadOnlyList<string> Scopes, bool PreviousSecretIsAccepted);

    private sealed record NewRedirectUri(string? Uri);
}
