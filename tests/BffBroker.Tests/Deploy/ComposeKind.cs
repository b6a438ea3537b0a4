namespace BffBroker.Tests.Deploy;

/// <summary>What is laid over <c>docker-compose.yml</c>.</summary>
public enum ComposeKind
{
    Simulated,
    Amazon,
    Observed,
}
