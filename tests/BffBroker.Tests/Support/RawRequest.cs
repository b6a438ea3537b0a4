using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace BffBroker.Tests.Support;

/// <summary>One request, byte for byte as no HTTP client would send it, on a connection of its own. Text is Latin-1: a character is a byte.</summary>
internal static class RawRequest
{
    /// <summary>A server that says nothing for so long waits for more: the client hangs up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static Task<RawAnswer> GetAsync(Uri server, string path, params string[] headers) =>
        AskAsync(server, $"GET {path} HTTP/1.1\r\nHost: {BrokerServer.Authority}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n");

    /// <summary>A whole request, whose answer is waited for.</summary>
    public static async Task<RawAnswer> AskAsync(Uri server, string request) =>
        await SendAsync(server, Encoding.Latin1.GetBytes(request), Longest) ?? throw new IOException($"No answer to\n{request}");

    /// <summary>Whatever it is. Null where the connection ended without an answer.</summary>
    public static Task<RawAnswer?> SendAsync(Uri server, byte[] request) => SendAsync(server, request, Patience);

    /// <inheritdoc cref="SendAsync(Uri, byte[])"/>
    public static Task<RawAnswer?> SendAsync(Uri server, string request) => SendAsync(server, Encoding.Latin1.GetBytes(request));

    private static async Task<RawAnswer?> SendAsync(Uri server, byte[] request, TimeSpan patience)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server.Host, server.Port);
        try
        {
            await socket.SendAsync(request);
            var reading = ReadAsync(socket, hasBody: !request.AsSpan().StartsWith("HEAD "u8));
            if (await Task.WhenAny(reading, Task.Delay(patience)) != reading)
            {
                socket.Shutdown(SocketShutdown.Send);
            }

            return await reading.WaitAsync(Longest);
        }
        catch (SocketException)
        {
            return null; // hung up on, in the middle of a request that is too large
        }
    }

    private static async Task<RawAnswer?> ReadAsync(Socket socket, bool hasBody)
    {
        var text = "";
        var buffer = new byte[16 * 1024];
        RawAnswer? answer;
        while ((answer = RawAnswer.Parse(text, hasBody)) is not { IsWhole: true })
        {
            int length;
            try
            {
                length = await socket.ReceiveAsync(buffer);
            }
            catch (SocketException)
            {
                return answer;
            }

            if (length == 0)
            {
                return answer;
            }

            text += Encoding.Latin1.GetString(buffer, 0, length);
        }

        return answer;
    }
}

/// <param name="Text">Status line, headers and body.</param>
internal sealed partial record RawAnswer(int Status, string Text, bool IsWhole)
{
    public static RawAnswer? Parse(string text, bool hasBody)
    {
        if (!text.StartsWith("HTTP/1.", StringComparison.Ordinal) || text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is not (> 0 and var end))
        {
            return null;
        }

        var body = text[(end + 4)..];
        var length = ContentLength.Match(text[..end]) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        return new(
            int.Parse(text.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture),
            text,
            !hasBody || (text[..end].Contains("\r\nTransfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase) ? body.EndsWith("0\r\n\r\n", StringComparison.Ordinal) : body.Length >= length));
    }

    [GeneratedRegex("\r\nContent-Length: ([0-9]+)", RegexOptions.IgnoreCase)]
    private static partial Regex ContentLength { get; }
}
