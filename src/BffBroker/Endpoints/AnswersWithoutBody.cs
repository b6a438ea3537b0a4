namespace BffBroker.Endpoints;

/// <summary>Marks an endpoint whose errors have no body either.</summary>
internal sealed class AnswersWithoutBody
{
    public static AnswersWithoutBody Instance { get; } = new();
}
