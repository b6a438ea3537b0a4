using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace AmazonSimulator;

/// <summary>Puts the simulator into a host: this project's own, the sandbox, or a test.</summary>
internal static class SimulatorHosting
{
    public static WebApplicationBuilder AddAmazonSimulator(this WebApplicationBuilder builder, Action<SimulatorOptions>? configure = null)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<SimulatorOptions>()
            .Configure<IConfiguration>((options, configuration) => options.ReadFrom(configuration))
            .Configure(options => configure?.Invoke(options))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<SimulatorOptions>, SimulatorOptionsValidator>();
        services.AddSingleton<Simulator>();
        services.AddSingleton<ApiCalls>();

        // Amazon compresses when asked to; a client that cannot read that should find out here.
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.MimeTypes = ["application/json"];
            options.Providers.Add<GzipCompressionProvider>();
        });

        // The framework logs request lines, and tokeninfo has the token in its query.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        return builder;
    }

    public static WebApplication UseAmazonSimulator(this WebApplication app)
    {
        app.UseResponseCompression();
        app.UseRegionalBases();
        app.UseUnknownOperations();
        app.UseControlGuard();
        app.UseRouting();

        app.MapStartPage();
        app.MapAuthorize();
        app.MapSignIn();
        app.MapConsent();
        app.MapToken();
        app.MapTokenInfo();
        app.MapProfile();
        app.MapControl();
        app.MapFallback((HttpContext http) => ErrorPage.NotFound(http));
        return app;
    }
}
