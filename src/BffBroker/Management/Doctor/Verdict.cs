namespace BffBroker.Management.Doctor;

/// <summary>What a finding means for whoever wants to start a broker.</summary>
internal enum Verdict
{
    Ok,

    /// <summary>A broker serves all the same.</summary>
    Warning,

    /// <summary>Nobody could log in, or stay so.</summary>
    Problem,
}
