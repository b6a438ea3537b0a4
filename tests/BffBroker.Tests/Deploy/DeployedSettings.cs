using System.Text.RegularExpressions;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace BffBroker.Tests.Deploy;

/// <summary>What a file of <c>deploy/</c> tells a broker by variables and secrets, judged as the broker would.</summary>
internal static partial class DeployedSettings
{
    private static HashSet<string> Known { get; } =
        [.. KeyRow.Matches(File.ReadAllText(Path.Combine(Sources.Root, "README.md"))).SelectMany(row => Key.Matches(row.Value)).Select(key => key.Groups[1].Value)];

    /// <summary>Those that no row of the README's table names.</summary>
    public static IEnumerable<string> UnknownOf(IEnumerable<string> variables) =>
        variables.Where(name => !OfThePlatform.IsMatch(name) && !Known.Contains(Index.Replace(KeyOf(name), ":N")));

    /// <summary>In Production, with these variables and the files of this folder, and nothing else.</summary>
    public static IReadOnlyList<string> ProblemsOf(IEnumerable<KeyValuePair<string, string>> variables, string secrets)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(variables.Select(variable => KeyValuePair.Create(KeyOf(variable.Key), (string?)variable.Value)));
        builder.Configuration.AddInMemoryCollection([new("Secrets:Directory", secrets), new("Serilog:MinimumLevel:Default", "Fatal")]);
        builder.AddBroker();
        using var app = (IDisposable)builder.Build();
        return BffBroker.Management.BrokerProcess.ProblemsOf(((WebApplication)app).Services);
    }

    private static string KeyOf(string variable) => variable.Replace("__", ":", StringComparison.Ordinal);

    [GeneratedRegex(@"^\| `[^|]*\|", RegexOptions.Multiline)]
    private static partial Regex KeyRow { get; }

    [GeneratedRegex("`([A-Za-z:]+)`")]
    private static partial Regex Key { get; }

    [GeneratedRegex(@":\d+(?=:|$)")]
    private static partial Regex Index { get; }

    // Read by ASP.NET Core, the runtime, and OpenTelemetry.
    [GeneratedRegex("^(ASPNETCORE_HTTP_PORTS|DOTNET_EnableDiagnostics|OTEL_EXPORTER_OTLP_ENDPOINT)$")]
    private static partial Regex OfThePlatform { get; }
}
