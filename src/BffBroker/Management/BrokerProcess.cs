using System.Net.Sockets;
using System.Reflection;
using BffBroker.Management.Doctor;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BffBroker.Management;

/// <summary>The broker as a process: what it does once its configuration is valid, and its exit codes.</summary>
internal static class BrokerProcess
{
    /// <summary>sysexits.h EX_CONFIG: starting it again will not help.</summary>
    public const int BadConfiguration = 78;

    private const int Failed = 1;

    public static Task<int> ServeAsync(string[] args) => WithValidAsync(args, ServeAsync);

    /// <summary>What is found is told once, in words for whoever runs it: not in the log, too.</summary>
    /// <param name="args">The configuration.</param>
    /// <param name="worst">What still counts as well.</param>
    public static Task<int> CheckAsync(string[] args, Verdict worst) => WithValidAsync(
        args,
        async app => await CheckUp.RunAsync(app.Services, Console.Out) <= worst ? 0 : BadConfiguration,
        services => services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance));

    public static Task<int> AddKeyAsync(string[] args) => WithValidAsync(args, async app => await NewKey.AddAsync(app.Services) ? 0 : Failed);

    private static async Task<int> WithValidAsync(string[] args, Func<WebApplication, Task<int>> work, Action<IServiceCollection>? configure = null)
    {
        WebApplication app;
        WebApplicationBuilder? builder = null;
        try
        {
            builder = WebApplication.CreateBuilder(args);
            builder.AddBroker();
            configure?.Invoke(builder.Services);
            app = builder.Build();
            _ = app.Services.GetRequiredService<Serilog.ILogger>(); // its section is read now, whoever logs
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException or FormatException or IOException or UnauthorizedAccessException
            or ArgumentException or OverflowException or TargetInvocationException)
        {
            // A configuration file that is no JSON, a secret that cannot be read, a Serilog section that makes no sense.
            var problem = $"{exception.Message} {exception.InnerException?.Message}";
            return await RefuseAsync([exception.ToString().Contains("Serilog.Settings", StringComparison.Ordinal) ? $"{KeyOfSerilog(builder!.Configuration, problem)}: {problem}" : problem]);
        }

        await using (app)
        {
            return ProblemsOf(app.Services) is { Count: > 0 } problems ? await RefuseAsync(problems) : await work(app);
        }
    }

    // Serilog names the value that it cannot use, mostly, and not where it is.
    private static string KeyOfSerilog(ConfigurationManager configuration, string problem) => configuration.GetSection("Serilog").AsEnumerable()
        .Where(setting => setting.Value is { Length: > 0 } value && problem.Contains(value, StringComparison.Ordinal))
        .OrderByDescending(setting => setting.Value!.Length)
        .FirstOrDefault(KeyValuePair.Create("Serilog", (string?)null)).Key;

    /// <summary>Every problem of every section; none when the broker may start.</summary>
    public static IReadOnlyList<string> ProblemsOf(IServiceProvider services)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        List<string> problems = [.. ListenAddress.ProblemsOf(configuration), .. ListenerCertificates.ProblemsOf(configuration)];
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
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // SIGTERM while it starts: a stop like any other.
            await app.StopAsync();
            return 0;
        }
        catch (Exception exception) when (exception is IOException or SocketException or InvalidOperationException or FormatException or ArgumentException)
        {
            await Console.Error.WriteLineAsync(
                $"The broker did not start: {exception.Message} Its addresses come from ASPNETCORE_URLS and Management__Url.");
            await app.StopAsync(); // what did start still uses what is about to be disposed
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
