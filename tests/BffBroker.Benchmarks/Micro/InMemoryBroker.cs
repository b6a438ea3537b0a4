using BffBroker.Benchmarks.Servers;

namespace BffBroker.Benchmarks.Micro;

/// <summary>The broker's services, put together as in Development, and not started.</summary>
internal static class InMemoryBroker
{
    public static WebApplication Build()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Amazon:ClientId"] = FastAmazon.ClientId,
            ["Amazon:ClientSecret"] = "a secret of no importance",
            ["Broker:PublicUrl"] = "http://localhost:8080",
        });
        builder.AddBroker();
        return builder.Build();
    }
}
