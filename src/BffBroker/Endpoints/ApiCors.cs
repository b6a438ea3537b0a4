using Microsoft.AspNetCore.Cors.Infrastructure;

namespace BffBroker.Endpoints;

/// <summary>Marks a route to an API with whose CORS it goes by. The broker's is for any method and header: the API knows which it takes.</summary>
internal class ApiCors
{
    private ApiCors()
    {
    }

    public static ApiCors OfBroker { get; } = new Ours();

    public static ApiCors OfUpstream { get; } = new();

    // As RequireCors says it of the broker's own endpoints.
    private sealed class Ours : ApiCors, ICorsMetadata;
}
