using System.Buffers.Text;

namespace BffBroker.OAuth;

/// <summary>Base64url with one spelling: the framework's decoder also takes padding, white space and stray bits.</summary>
internal static class StrictBase64Url
{
    /// <summary>Null for whatever <see cref="Base64Url.EncodeToString(ReadOnlySpan{byte})"/> could not have written.</summary>
    public static byte[]? Decode(string text)
    {
        if (!Base64Url.IsValid(text))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(text);
        return Base64Url.EncodeToString(bytes) == text ? bytes : null;
    }
}
