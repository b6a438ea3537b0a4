using BffBroker.Settings;
using Microsoft.Extensions.Options;

namespace BffBroker.Endpoints;

/// <summary>What gateways are told, and of whom. Section <c>Gateway</c>.</summary>
internal sealed class GatewayOptions
{
    public const string Section = "Gateway";

    /// <summary>Whether a gateway gets the user's access token, to pass it on to its upstream.</summary>
    public bool PassAccessToken { get; set; }

    /// <summary>What a gateway that gets access tokens sends as <c>X-Bff-Gateway-Key</c>: pages can ask as well, and must not get one.</summary>
    public string? Key { get; set; }

    /// <summary>The <c>user_id</c>s of those who may pass. Everybody who can log in where the list is left out at the start.</summary>
    public IList<string> AllowedUsers { get; } = [];
}

/// <summary>No token without a key that nobody guesses, and no list of users that is empty by mistake.</summary>
internal sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var problems = new SettingProblems(GatewayOptions.Section);
        if (options.PassAccessToken && string.IsNullOrEmpty(options.Key))
        {
            problems.Add(nameof(options.Key), "Required with Gateway:PassAccessToken. Make one with: openssl rand -base64 32");
        }
        else if (options.Key is { Length: > 0 } key && SharedKey.ProblemOf(key) is { } problem)
        {
            problems.Add(nameof(options.Key), problem);
        }

        for (var i = 0; i < options.AllowedUsers.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(options.AllowedUsers[i]))
            {
                problems.Add($"{nameof(options.AllowedUsers)}:{i}", "Must be a user_id, as /session shows it, for example 'amzn1.account.AEXAMPLE'.");
            }
        }

        return problems.ToResult();
    }
}
