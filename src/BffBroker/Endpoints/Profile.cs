using System.Net.Mime;

namespace BffBroker.Endpoints;

/// <summary>200 with Amazon's profile, byte for byte.</summary>
internal sealed class Profile(byte[] json) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        (response.ContentType, response.ContentLength) = (MediaTypeNames.Application.Json, json.Length);
        return response.BodyWriter.WriteAsync(json, httpContext.RequestAborted).AsTask();
    }
}
