using Microsoft.Extensions.FileProviders;

namespace Sandbox;

/// <summary>Serves src/DemoSpa beside the broker, as a web server in front of both would.</summary>
internal static class DemoPage
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public static void UseDemoPage(this WebApplication app)
    {
        var server = new FileServerOptions { FileProvider = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "DemoSpa")) };
        server.StaticFileOptions.OnPrepareResponse = file => file.Context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        app.UseFileServer(server);
    }
}
