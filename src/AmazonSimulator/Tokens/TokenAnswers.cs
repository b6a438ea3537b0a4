using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace AmazonSimulator;

/// <summary>What the token endpoint says, with the headers RFC 6749 5.1 asks for.</summary>
internal static class TokenAnswers
{
    private static readonly Dictionary<string, string> NoStore = new() { ["Cache-Control"] = "no-store", ["Pragma"] = "no-cache" };

    public static ApiAnswer Issued(SimulatorSettings settings, string accessToken, string? refreshToken)
    {
        var seconds = (long)settings.TokenLifetime.TotalSeconds;
        var members = new JsonObject { ["access_token"] = accessToken };
        if (refreshToken is not null)
        {
            members["refresh_token"] = refreshToken;
        }

        members["token_type"] = "bearer";
        members["expires_in"] = settings.ExpiresInAsString ? seconds.ToString(CultureInfo.InvariantCulture) : seconds;
        return new(200) { Members = members, Headers = NoStore, ContentType = ContentType(settings) };
    }

    public static ApiAnswer Refused(SimulatorSettings settings, ErrorResponse error, string requestId)
    {
        var answer = ApiAnswer.From(error) with { Headers = NoStore, ContentType = ContentType(settings) };
        if (settings.ErrorReferences)
        {
            answer.Members!["error_index"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(48));
            answer.Members["request_id"] = requestId;
        }

        return answer;
    }

    private static string ContentType(SimulatorSettings settings) =>
        settings.MalformedCharset ? "application/json;charset UTF-8" : "application/json;charset=UTF-8";
}
