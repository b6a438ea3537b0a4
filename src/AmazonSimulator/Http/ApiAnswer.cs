using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AmazonSimulator;

/// <summary>What an API endpoint is about to say. It stays a value until the fault plan had its turn at it.</summary>
internal sealed record ApiAnswer(int Status)
{
    private const string Json = "application/json";

    // The profile has names in every alphabet, and this is no HTML: plain UTF-8, as a client must be able to read it.
    private static readonly JsonSerializerOptions Utf8 = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ApiAnswer UnknownOperation { get; } =
        new(404) { Text = "<UnknownOperationException/>", ContentType = "application/xml" };

    /// <summary>The body, unless <see cref="Text"/> is.</summary>
    public JsonObject? Members { get; init; }

    public string Text { get; init; } = "";

    public string ContentType { get; init; } = Json;

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public static ApiAnswer From(ErrorResponse error) => new(error.Status)
    {
        // Description first: clients have come to see it that way, and some parsed it by position.
        Members = new() { ["error_description"] = error.Description, ["error"] = error.Error },
    };

    public async Task WriteAsync(HttpContext http)
    {
        var response = http.Response;
        response.StatusCode = Status;
        response.Headers.XContentTypeOptions = "nosniff";
        foreach (var (name, value) in Headers)
        {
            response.Headers[name] = value;
        }

        var body = Members?.ToJsonString(Utf8) ?? Text;
        if (body.Length > 0)
        {
            response.ContentType = ContentType;
            await response.WriteAsync(body, http.RequestAborted);
        }
    }
}
