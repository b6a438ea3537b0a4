using System.Net.Http.Headers;
using Microsoft.Extensions.Primitives;

namespace AmazonSimulator;

/// <summary>Finds the access token of a profile request.</summary>
internal static class PresentedToken
{
    /// <summary>By query, <c>Authorization: Bearer</c> or <c>x-amz-access-token</c>; null unless it is there exactly once.</summary>
    public static string? In(HttpRequest request)
    {
        var bearer = request.Headers.Authorization.Count == 0 ? StringValues.Empty : new(Bearer(request.Headers.Authorization.ToString()));
        var presented = StringValues.Concat(StringValues.Concat(request.Query["access_token"], bearer), request.Headers["x-amz-access-token"]);
        return presented is [{ Length: > 0 } token] ? token : null;
    }

    // The scheme is a word in any case, as in the samples.
    private static string Bearer(string authorization) =>
        AuthenticationHeaderValue.TryParse(authorization, out var header) && "Bearer".Equals(header.Scheme, StringComparison.OrdinalIgnoreCase)
            ? header.Parameter ?? ""
            : "";
}
