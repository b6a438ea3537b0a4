using System.Net;

namespace AmazonSimulator;

/// <summary>The addresses that carry an authorization response to the client.</summary>
internal static class AuthorizationResponse
{
    public static string Success(AuthorizationRequest request, string code, IEnumerable<string>? scopes) => Append(
        request.RedirectUri,
        [
            $"code={code}",
            scopes is null ? null : $"scope={string.Join('+', scopes.Select(Uri.EscapeDataString))}",
            State(request),
        ]);

    /// <summary>The order is Amazon's: description, state if there was one, error.</summary>
    public static string Failure(AuthorizationRequest request, string error, string description, bool trailingHash) => Append(
        request.RedirectUri,
        [$"error_description={WebUtility.UrlEncode(description)}", State(request), $"error={WebUtility.UrlEncode(error)}"])
        + (trailingHash ? "#" : "");

    private static string? State(AuthorizationRequest request) => request.RawState is { } state ? $"state={state}" : null;

    private static string Append(string uri, IEnumerable<string?> parameters) =>
        $"{uri}{(uri.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{string.Join('&', parameters.OfType<string>())}";
}
