namespace BffBroker.Management.Doctor;

/// <summary>What a finding means for whoever wants to start a broker.</summary>
internal enum Verdict
{
    Ok,

    /// <summary>A broker serves all the same.</summary>
    Warning,

    /// <summary>It is out of reach now. A broker starts all the same, and serves as soon as it is back.</summary>
    Outage,

    /// <summary>Nobody could log in, or stay so, and a new start would not help.</summary>
    Problem,
}
