namespace BffBroker.Management.Doctor;

/// <summary>What is the matter at one address of Redis.</summary>
/// <param name="MayPass">False when it is the configuration that does not fit: a new start would meet the same.</param>
internal sealed record RedisTrouble(bool MayPass, string Text);
