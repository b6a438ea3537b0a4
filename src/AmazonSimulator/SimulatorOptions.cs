using Microsoft.Extensions.Options;

namespace AmazonSimulator;

/// <summary>What the simulator starts with, and returns to on a reset. Section <c>Simulator</c>; everything has a default.</summary>
internal sealed class SimulatorOptions
{
    public const string Section = "Simulator";

    public IList<SimulatedClient> Clients { get; } = [SimulatedClient.CreateDefault()];

    public SimulatorSettings Settings { get; } = new();

    public void ReadFrom(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        if (section.GetSection(nameof(Clients)).Exists())
        {
            // The binder adds to a list; whoever names clients means only those.
            Clients.Clear();
        }

        try
        {
            section.Bind(this);
        }
        catch (InvalidOperationException unreadable)
        {
            throw new OptionsValidationException(Section, typeof(SimulatorOptions), [unreadable.Message]);
        }
    }
}
