namespace BffBroker.Amazon;

/// <summary>A scope that may be asked for.</summary>
internal sealed class AmazonScope
{
    public string Name { get; set; } = "";

    /// <summary>False lets the user untick it on the consent page, true says that it cannot be; unset leaves that to Amazon.</summary>
    public bool? Essential { get; set; }

    /// <summary>False: only a login that names it asks for it.</summary>
    public bool AskAtLogin { get; set; } = true;
}
