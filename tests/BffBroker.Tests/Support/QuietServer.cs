using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace BffBroker.Tests.Support;

/// <summary>A server on a free port of this process, which logs nothing.</summary>
internal static class QuietServer
{
    /// <summary>For the host: each that watches its settings' files takes one of the 128 watchers that Linux gives a user, and no file changes.</summary>
    public const string WatchNoFiles = "--hostBuilder:reloadConfigOnChange=false";

    public static WebApplicationBuilder NewBuilder()
    {
        var builder = WebApplication.CreateBuilder([WatchNoFiles]);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder;
    }
}
