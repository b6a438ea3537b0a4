using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace BffBroker.Management;

/// <summary>The broker as a process: what it does once its configuration is valid, and its exit codes.</summary>
internal static class BrokerProcess
{
    /// <summary>sysexits.h EX_CONFIG: starting it again will not help.</summary>
    public const int BadConfiguration = 78;

    private const int Failed = 1;

    public static Task<int> ServeAsync(string[] args) => WithValidAsync(args, ServeAsync);

    public static Task<int> CheckAsync(string[] args) => WithValidAsync(args, async _ =>
    {
        await Console.Out.WriteLineAsync("The configuration is valid.");
        return 0;
    });

    public static Task<int> AddKeyAsync(string[] args) => WithValidAsync(args, async app => await NewKey.AddAsync(app.Services) ? 0 : Failed);

    private static async Task<int> WithValidAsync(string[] args, Func<WebApplication, Task<int>> work)
    {
        WebApplication app;
        try
        {
            var builder = WebApplication.CreateBuilder(args);
            builder.AddBroker();
            app = builder.Build();
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException or FormatException or IOException or UnauthorizedAccessException)
        {
            // A configuration file that is no JSON, a secret that cannot be read, a Serilog section that makes no sense.
            return await RefuseAsync([$"{exception.Message} {exception.InnerException?.Message}"]);
        }

        await using (app)
        {
            return ProblemsOf(app.Services) is { Count: > 0 } problems ? await RefuseAsync(problems) : await work(app);
        }
    }

    /// <summary>Every problem of every section; none when the broker may start.</summary>
    public static IReadOnlyList<string> ProblemsOf(IServiceProvider services)
    {
        List<string> problems = [.. ListenAddress.ProblemsOf(services.GetRequiredService<IConfiguration>())];
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (OptionsValidationException exception)
        {
            problems.AddRange(exception.Failures);
        }
        catch (AggregateException exception) when (exception.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            problems.AddRange(exception.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures));
        }

        return problems;
    }

    private static async Task<int> ServeAsync(WebApplication app)
    {
        try
        {
            app.UseBroker();
            await app.StartAsync();
        }
        catch (Exception exception) when (exception is IOException or SocketException or InvalidOperationException or FormatException or ArgumentException)
        {
            await Console.Error.WriteLineAsync(
                $"The broker did not start: {exception.Message} Its addresses come from ASPNETCORE_URLS and Management__Url.");
            return Failed;
        }

        await app.WaitForShutdownAsync();
        return 0;
    }

    private static async Task<int> RefuseAsync(IEnumerable<string> problems)
    {
        await Console.Error.WriteLineAsync(
            string.Join(Environment.NewLine, ["The configuration is not valid:", .. problems.Select(problem => "- " + problem.TrimEnd())]));
        return BadConfiguration;
    }
}
