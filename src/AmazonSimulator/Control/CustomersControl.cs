namespace AmazonSimulator;

/// <summary><c>/simulator/customers</c>.</summary>
internal static class CustomersControl
{
    public static void MapCustomers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/customers", (Simulator simulator) => ControlJson.Ok(SampleCustomers.All.Select(customer => View(customer, simulator))));
        routes.MapPost("/customers/{id}/revoke", (string id, Simulator simulator) =>
        {
            try
            {
                simulator.RevokeGrants(id);
                return Results.NoContent();
            }
            catch (ArgumentException unknown)
            {
                return ControlJson.Problem(unknown.Message, StatusCodes.Status404NotFound);
            }
        });
    }

    private static CustomerView View(SimulatedCustomer customer, Simulator simulator) => new(
        customer.Id, customer.Name, customer.Email, customer.PostalCode,
        simulator.Clients.All.Select(client => client.Company).Distinct().ToDictionary(company => company, customer.UserIdFor));

    private sealed record CustomerView(
        string Id, string Name, string? Email, string? PostalCode, IReadOnlyDictionary<string, string> UserIds);
}
