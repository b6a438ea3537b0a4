namespace BffBroker.Tests.Support;

/// <summary>Tests that load all cores run alone: beside others they would measure those.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class WholeMachine;
