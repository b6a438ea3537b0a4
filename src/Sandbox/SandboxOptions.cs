namespace Sandbox;

/// <summary>The sandbox's command line: where the demo page and the broker are, and on which port the simulator is.</summary>
internal sealed class SandboxOptions
{
    private const string Usage =
        "Usage: dotnet run --project src/Sandbox -- [--port 8080] [--amazon-port 9090] [--scheme http] [--host localhost] [--public-url URL]\n"
        + "Two different ports, 1 to 65535. With --scheme https a certificate is made for this run; any other host than localhost needs it, and must lead here.\n"
        + "--public-url is where browsers are, if not here: that of a dev server which passes the broker's paths on.";

    private static readonly string[] Known = ["port", "amazon-port", "scheme", "host", "public-url"];

    private SandboxOptions(string scheme, string host, int port, int amazonPort, Uri? publicUrl)
    {
        BrokerUrl = new($"{scheme}://{host}:{port}");
        PublicUrl = publicUrl ?? BrokerUrl;
        AmazonUrl = new($"http://localhost:{amazonPort}");
    }

    public Uri BrokerUrl { get; }

    public Uri PublicUrl { get; }

    public Uri AmazonUrl { get; }

    /// <summary>Null, and lines on standard error, for arguments that make no sense.</summary>
    public static SandboxOptions? Parse(string[] args)
    {
        var given = new ConfigurationBuilder().AddCommandLine(args).Build();
        var (scheme, host) = (given["scheme"] ?? "http", given["host"] ?? "localhost");
        var isPublicUrl = Uri.TryCreate(given["public-url"], UriKind.Absolute, out var publicUrl);
        if (AreOptions(args) && given.GetChildren().All(option => Known.Contains(option.Key))
            && PortOf(given["port"], 8080) is { } port && PortOf(given["amazon-port"], 9090) is { } amazonPort && port != amazonPort
            && (given["public-url"] is null || isPublicUrl)
            && (scheme == "https" || (scheme == "http" && host == "localhost")) && Uri.CheckHostName(host) == UriHostNameType.Dns)
        {
            return new(scheme, host, port, amazonPort, publicUrl);
        }

        Console.Error.WriteLine(Usage);
        return null;
    }

    // "--name value" or "--name=value", and nothing left over.
    private static bool AreOptions(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || (!args[i].Contains('=', StringComparison.Ordinal) && ++i == args.Length))
            {
                return false;
            }
        }

        return true;
    }

    private static int? PortOf(string? text, int otherwise) =>
        text is null ? otherwise : int.TryParse(text, out var port) && port is > 0 and <= 65535 ? port : null;
}
