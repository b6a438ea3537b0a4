namespace BffBroker.Benchmarks.Servers;

/// <summary>The least that ASP.NET Core needs to answer on a port of this machine.</summary>
internal static class Quiet
{
    public static WebApplication Server(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        return builder.Build();
    }
}
