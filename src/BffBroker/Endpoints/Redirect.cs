namespace BffBroker.Endpoints;

/// <summary>A redirect that is not logged: the framework's own prints its target, which here may carry <c>state</c>.</summary>
internal sealed class Redirect(int status, string location) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = status;
        httpContext.Response.Headers.Location = location;
        return Task.CompletedTask;
    }
}
