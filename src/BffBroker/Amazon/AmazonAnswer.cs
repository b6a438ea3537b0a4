using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace BffBroker.Amazon;

/// <summary>One answer of Amazon, read whole.</summary>
/// <param name="RetryAfter">What it asked to wait, if it did.</param>
/// <param name="RequestId">What Amazon's support asks for; null unless it is fit for a log.</param>
internal sealed record AmazonAnswer(HttpStatusCode Status, byte[] Body, TimeSpan? RetryAfter, string? RequestId)
{
    // 429 is not documented by LWA; a 5xx may come from something before it, so its body is not asked. Amazon's own word for a 500 counts with any status.
    public bool IsTransient => Status == HttpStatusCode.TooManyRequests || (int)Status >= 500 || Error == "servererror";

    /// <summary>The documented <c>error</c> of a 4xx, in lower case since Amazon's capitals vary. Null when the body has none.</summary>
    public string? Error => (int)Status is >= 400 and < 500 ? Read(AmazonJson.Default.ErrorMessage)?.Error?.ToLowerInvariant() : null;

    /// <summary>Null for a body that is not such a JSON object.</summary>
    public T? Read<T>(JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(Body, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
