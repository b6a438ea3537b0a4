namespace AmazonSimulator;

/// <summary>The id Amazon's support asks for.</summary>
internal static class RequestIds
{
    public static void Assign(HttpContext http) =>
        http.Response.Headers["x-amzn-RequestId"] = http.TraceIdentifier = Guid.NewGuid().ToString();
}
