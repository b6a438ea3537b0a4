using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace BffBroker.Tests.Simulator;

/// <summary>A response, read to its end, with the questions the tests ask of it.</summary>
internal sealed record Answer(int Status, string Body, string? ContentType, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    public string Location => Headers.Location!.OriginalString;

    /// <summary>The parameters of the redirect.</summary>
    public Parameters Redirect => new(QueryHelpers.ParseQuery(Headers.Location!.Query).ToDictionary(entry => entry.Key, entry => entry.Value.ToString()));

    public string? this[string member] => Json[member]?.ToString();

    /// <summary>The value of a hidden form field.</summary>
    public string Hidden(string name)
    {
        var start = Body.IndexOf($"name=\"{name}\" value=\"", StringComparison.Ordinal) + $"name=\"{name}\" value=\"".Length;
        return Body[start..Body.IndexOf('"', start)];
    }

    public static async Task<Answer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using (response)
        {
            // As it was sent: reading the content would put it in order.
            var contentType = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var values) ? values.ToString() : null;
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            return new((int)response.StatusCode, body, contentType, response.Headers, response.Content.Headers);
        }
    }

    /// <summary>Null for what is not there.</summary>
    internal sealed class Parameters(Dictionary<string, string> values)
    {
        public string? this[string name] => values.GetValueOrDefault(name);

        public IEnumerable<string> Names => values.Keys;
    }
}
