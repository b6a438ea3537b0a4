namespace Sandbox;

/// <summary>The sandbox's command line: <c>--port</c> for the demo page and the broker, <c>--amazon-port</c> for the simulator.</summary>
internal sealed class SandboxOptions
{
    public int Port { get; set; } = 8080;

    public int AmazonPort { get; set; } = 9090;

    public Uri BrokerUrl => new($"http://localhost:{Port}");

    public Uri AmazonUrl => new($"http://localhost:{AmazonPort}");

    /// <summary>Null, and a line on standard error, for arguments that make no sense.</summary>
    public static SandboxOptions? Parse(string[] args)
    {
        var configuration = new ConfigurationBuilder().AddCommandLine(args).Build();
        var options = new SandboxOptions();
        var areKnown = configuration.GetChildren().All(option => option.Key is "port" or "amazon-port") && args.Select(IsOptionOrPort).All(isFine => isFine);
        if (areKnown && TryPort(configuration["port"], options.Port) is { } port && TryPort(configuration["amazon-port"], options.AmazonPort) is { } amazonPort && port != amazonPort)
        {
            (options.Port, options.AmazonPort) = (port, amazonPort);
            return options;
        }

        Console.Error.WriteLine("Usage: dotnet run --project src/Sandbox -- [--port 8080] [--amazon-port 9090]   (two different ports, 1 to 65535)");
        return null;
    }

    private static bool IsOptionOrPort(string argument, int index) =>
        argument.StartsWith("--", StringComparison.Ordinal) || (index > 0 && TryPort(argument, 0) is not null);

    private static int? TryPort(string? text, int otherwise) =>
        text is null ? otherwise : int.TryParse(text, out var port) && port is > 0 and <= 65535 ? port : null;
}
