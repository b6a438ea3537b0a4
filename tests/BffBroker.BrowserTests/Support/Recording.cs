using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using BffBroker.Tests.Support;
using Microsoft.Playwright;

namespace BffBroker.BrowserTests.Support;

/// <summary>Everything that a browser sends and gets, bodies and headers, as one text: what a script, an extension or somebody at the keyboard could ever see.</summary>
internal sealed partial class Recording : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => System.IO.Path.Combine(_folder.Path, "recording.har");

    public BrowserNewContextOptions Options => new() { RecordHarPath = Path, RecordHarContent = HarContentPolicy.Embed, RecordHarMode = HarMode.Full };

    /// <summary>An access token, a refresh token or the client secret, in any writing that a URL, JSON or base64 gives it.</summary>
    [GeneratedRegex(@"Atz[ar](\||%7C|%257C|\\u007C|&#124;)|QXR6[YX]|oa2-cs", RegexOptions.IgnoreCase)]
    public static partial Regex Secret { get; }

    /// <summary>After the context has been closed, which writes it.</summary>
    public async Task<string> ReadAsync()
    {
        using var har = JsonDocument.Parse(await File.ReadAllTextAsync(Path, TestContext.Current.CancellationToken));
        var text = new StringBuilder(har.RootElement.GetRawText());
        foreach (var entry in har.RootElement.GetProperty("log").GetProperty("entries").EnumerateArray())
        {
            var content = entry.GetProperty("response").GetProperty("content");
            if (content.TryGetProperty("text", out var body))
            {
                text.AppendLine().Append(content.TryGetProperty("encoding", out _) ? Encoding.UTF8.GetString(body.GetBytesFromBase64()) : body.GetString());
            }
        }

        return text.ToString();
    }

    public void Dispose() => _folder.Dispose();
}
