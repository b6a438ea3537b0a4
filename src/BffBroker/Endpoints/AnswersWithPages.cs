namespace BffBroker.Endpoints;

/// <summary>Marks an endpoint that people navigate to, so that its infrastructure errors are pages too.</summary>
internal sealed class AnswersWithPages
{
    public static AnswersWithPages Instance { get; } = new();
}
