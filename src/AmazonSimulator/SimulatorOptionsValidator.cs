using Microsoft.Extensions.Options;

namespace AmazonSimulator;

/// <summary>Refuses what the developer console would refuse, before the first request depends on it.</summary>
internal sealed class SimulatorOptionsValidator : IValidateOptions<SimulatorOptions>
{
    public ValidateOptionsResult Validate(string? name, SimulatorOptions options)
    {
        var problems = options.Clients.SelectMany(ProblemsOf).Concat(ProblemsOf(options.Settings)).ToList();
        if (options.Clients.Select(client => client.Id).Distinct(StringComparer.Ordinal).Count() != options.Clients.Count)
        {
            problems.Add("Simulator:Clients: two clients have the same Id.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> ProblemsOf(SimulatedClient client)
    {
        if (client.Id is "" || client.Id.Length > SimulatedClient.MaxIdLength)
        {
            yield return $"Simulator:Clients: an Id has 1 to {SimulatedClient.MaxIdLength} characters, not {client.Id.Length}.";
        }

        if (client.Secret is "")
        {
            yield return $"Simulator:Clients: client {client.Id} needs a Secret.";
        }

        foreach (var uri in client.RedirectUris.Where(uri => !RedirectUriRule.MayBeRegistered(uri)))
        {
            yield return $"Simulator:Clients: '{uri}' cannot be a redirect URI of {client.Id}. {RedirectUriRule.Text}";
        }
    }

    private static IEnumerable<string> ProblemsOf(SimulatorSettings settings) =>
        SettingsRule.ProblemsOf(settings).Select(problem => $"Simulator:Settings: {problem}");
}
