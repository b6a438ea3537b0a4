using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace BffBroker.Management;

/// <summary>The broker as a process: the check of its configuration, its run, and its exit codes.</summary>
internal static class BrokerRun
{
    /// <summary>sysexits.h EX_CONFIG: starting it again will not help.</summary>
    public const int BadConfiguration = 78;

    /// <summary><c>check</c> as the first argument only checks the configuration.</summary>
    public static async Task<int> RunBrokerAsync(this WebApplication app, string[] args)
    {
        var problems = ProblemsOf(app.Services);
        if (problems.Count > 0)
        {
            await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, ["The configuration is not valid:", .. problems.Select(problem => "- " + problem)]));
            return BadConfiguration;
        }

        if (args is ["check", ..])
        {
            await Console.Out.WriteLineAsync("The configuration is valid.");
            return 0;
        }

        try
        {
            app.UseBroker();
            await app.RunAsync();
            return 0;
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"{exception.Message} Choose another with ASPNETCORE_URLS, or with Management__Url for the management listener.");
            return 1;
        }
    }

    /// <summary>Every problem of every section; none when the broker may start.</summary>
    public static IReadOnlyList<string> ProblemsOf(IServiceProvider services)
    {
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return [.. exception.Failures];
        }
        catch (AggregateException exception) when (exception.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            return [.. exception.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures)];
        }
    }
}
