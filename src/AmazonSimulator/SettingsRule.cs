namespace AmazonSimulator;

/// <summary>Which settings Amazon could have, wherever they come from: configuration or control API.</summary>
internal static class SettingsRule
{
    public static IEnumerable<string> ProblemsOf(SimulatorSettings settings)
    {
        if (settings.TokenLifetime <= TimeSpan.Zero || settings.CodeLifetime <= TimeSpan.Zero || settings.Latency < TimeSpan.Zero)
        {
            yield return "Lifetimes must be positive, and latency cannot be negative.";
        }

        if (settings.AccessTokenLength is < 350 or > 2048 || settings.RefreshTokenLength is < 350 or > 2048)
        {
            yield return "Tokens have 350 to 2048 characters.";
        }

        if (settings.CodeLength is < 18 or > 128)
        {
            yield return "Codes have 18 to 128 characters.";
        }

        if (settings.AutoApprove is not null && SampleCustomers.Find(settings.AutoApprove) is null)
        {
            var known = string.Join(", ", SampleCustomers.All.Select(customer => customer.Id));
            yield return $"No customer is called '{settings.AutoApprove}'. Known: {known}.";
        }

        if (settings.SecondHost is { } second
            && !(Uri.TryCreate(second, UriKind.Absolute, out var host) && (host.Scheme == Uri.UriSchemeHttp || host.Scheme == Uri.UriSchemeHttps)))
        {
            yield return "The second host is an absolute http or https URL.";
        }
    }
}
