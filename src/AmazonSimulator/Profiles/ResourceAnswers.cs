using System.Text.Json.Nodes;

namespace AmazonSimulator;

/// <summary>What tokeninfo and profile say. Only English JSON is on offer, whatever the request accepts.</summary>
internal static class ResourceAnswers
{
    private static readonly Dictionary<string, string> English = new() { ["Content-Language"] = "en-US" };

    public static ApiAnswer Found(JsonObject members) => new(200) { Members = members, Headers = English };

    public static ApiAnswer Refused(SimulatorSettings settings, ErrorResponse error, string requestId)
    {
        if (!settings.ErrorBodies)
        {
            return new(error.Status);
        }

        var answer = ApiAnswer.From(error) with { Headers = English };
        answer.Members!["request_id"] = requestId;
        return answer;
    }
}
