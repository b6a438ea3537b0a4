using System.Net;
using System.Text.Json;
using System.Web;

namespace BffBroker.Tests.Support;

/// <summary>What tests ask of an answer.</summary>
internal static class Responses
{
    public static IEnumerable<SetCookie> SetCookies(this HttpResponseMessage response) =>
        response.Headers.TryGetValues("Set-Cookie", out var headers) ? headers.Select(SetCookie.Parse) : [];

    /// <summary>Of an authorization request, or of a callback.</summary>
    public static string State(this Uri url) => HttpUtility.ParseQueryString(url.Query)["state"]!;

    public static Task<string> TextAsync(this HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.TextAsync());
        return document.RootElement.Clone();
    }

    /// <summary>It is problem JSON with this status and code.</summary>
    public static async Task<JsonElement> AssertProblemAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var text = await response.TextAsync();
        Assert.True(
            response.StatusCode == status && response.Content.Headers.ContentType?.MediaType == "application/problem+json" && text.Contains($"\"code\":\"{code}\"", StringComparison.Ordinal),
            $"Expected problem JSON, {(int)status} {code}; the answer was {(int)response.StatusCode}, {response.Content.Headers.ContentType}: {text}");
        var problem = await response.JsonAsync();
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.All(["type", "title", "traceId"], member => Assert.NotEmpty(problem.GetProperty(member).GetString()!));
        return problem;
    }
}

/// <summary>One Set-Cookie header.</summary>
internal sealed record SetCookie(string Name, string Value, IReadOnlyList<string> Attributes)
{
    /// <summary>Null for a cookie of its host alone.</summary>
    public string? Domain => Attributes.FirstOrDefault(attribute => attribute.StartsWith("domain=", StringComparison.Ordinal))?["domain=".Length..];

    public bool IsGone => Attributes.Contains("max-age=0");

    public static SetCookie Parse(string header)
    {
        var parts = header.Split(';', StringSplitOptions.TrimEntries);
        var pair = parts[0].Split('=', 2);
        return new(pair[0], pair[1], [.. parts[1..].Select(part => part.ToLowerInvariant())]);
    }
}
