using System.Collections.Frozen;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace BffBroker.Endpoints;

/// <summary>
/// CORS with credentials, for <c>Broker:AllowedOrigins</c> alone, on errors too. Never for <c>/login</c> and <c>/callback</c>, which are navigated to,
/// nor for <c>/auth/…</c>, which gateways ask.
/// </summary>
internal sealed class CorsPolicies(PublicSite site) : ICorsPolicyProvider
{
    private static readonly Task<CorsPolicy?> None = Task.FromResult<CorsPolicy?>(null);
    private static readonly PathString[] NotForScripts = ["/login", "/callback", "/auth"];

    // As long as any browser remembers the answer to a preflight. The requests themselves are judged each time.
    private static readonly TimeSpan PreflightLife = TimeSpan.FromHours(2);

    // What an API says beside its body, and Retry-After; a script sees no other header of an answer.
    private static readonly string[] ExposedOfApis = ["ETag", "Link", "Location", "Content-Disposition", "WWW-Authenticate"];

    private readonly FrozenDictionary<string, Task<CorsPolicy?>> _policies = site.AllowedOrigins.Distinct()
        .ToFrozenDictionary(origin => origin, origin => Task.FromResult<CorsPolicy?>(PolicyOf(origin).Build()), StringComparer.Ordinal);

    private readonly FrozenDictionary<string, Task<CorsPolicy?>> _policiesOfApis = site.AllowedOrigins.Distinct()
        .ToFrozenDictionary(origin => origin, origin => Task.FromResult<CorsPolicy?>(PolicyOfApi(origin).Build()), StringComparer.Ordinal);

    /// <summary>Null, and so no CORS header at all, for every other origin.</summary>
    public Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName)
    {
        if (context.Request.Headers.Origin is not [{ } origin] || !_policies.TryGetValue(origin, out var policy)
            || Array.Exists(NotForScripts, path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase)))
        {
            return None;
        }

        return context.GetEndpoint()?.Metadata.GetMetadata<ApiCors>() is { } api
            ? api is ICorsMetadata ? _policiesOfApis[origin] : None
            : IsPreflight(context.Request) ? Preflight(context, origin) : policy;
    }

    // Routing has found the endpoint of the method asked for; without one the answer stays 404 or 405. HEAD is allowed wherever it is not named.
    private static Task<CorsPolicy?> Preflight(HttpContext context, string origin)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        return metadata?.GetMetadata<ICorsMetadata>() is not null && metadata.GetMetadata<IHttpMethodMetadata>() is { } methods
            ? Task.FromResult<CorsPolicy?>(PolicyOf(origin).WithMethods([.. methods.HttpMethods.Where(method => !HttpMethods.IsHead(method))]).Build())
            : None;
    }

    private static CorsPolicyBuilder PolicyOf(string origin) => new CorsPolicyBuilder(origin)
        .AllowCredentials()
        .WithHeaders("X-CSRF", "Content-Type")
        .WithExposedHeaders("Retry-After")
        .SetPreflightMaxAge(PreflightLife);

    private static CorsPolicyBuilder PolicyOfApi(string origin) => PolicyOf(origin).AllowAnyMethod().AllowAnyHeader().WithExposedHeaders(ExposedOfApis);

    private static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.ContainsKey("Access-Control-Request-Method");
}
