using BffBroker.Endpoints;

namespace BffBroker.Management.Doctor;

/// <summary><c>check</c>, once the configuration is valid: what a broker would meet here. It listens nowhere, and leaves nothing behind.</summary>
internal static class CheckUp
{
    /// <summary>Writes each finding on a line of its own, and tells the worst verdict.</summary>
    public static async Task<Verdict> RunAsync(IServiceProvider services, TextWriter output)
    {
        // Side by side: each may have to wait for somebody who does not answer.
        Task<List<Finding>>[] checks = [RedisCheck.RunAsync(services), AmazonCheck.RunAsync(services)];
        List<Finding> all = [Finding.Ok("The configuration is valid."), RedirectUri(services), RuntimeCheck.Run(), .. ProxiesOf(services)];
        foreach (var check in checks)
        {
            all.AddRange(await check);
        }

        foreach (var finding in all)
        {
            await output.WriteLineAsync(finding.ToString());
        }

        return all.Max(finding => finding.Verdict);
    }

    private static Finding RedirectUri(IServiceProvider services) => Finding.Ok(
        $"Redirect URI: {services.GetRequiredService<PublicSite>().RedirectUri} must be among the Allowed Return URLs of the security profile, letter for letter. This cannot be asked of Amazon.");

    private static Finding[] ProxiesOf(IServiceProvider services) => services.GetRequiredService<TrustedProxies>().PracticallyEverybody is { Count: > 0 } ranges
        ? [Finding.Warning(
            $"Proxies: Broker:TrustedProxies holds practically everybody ({string.Join(", ", ranges)}). Every client that reaches the port is believed, and chooses its own address by X-Forwarded-For.",
            "Name the addresses of your proxies alone.")]
        : [];
}
