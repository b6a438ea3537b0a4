using AmazonSimulator;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BffBroker.Tests.Simulator;

/// <summary>A simulator on a port of its own, and a browser-like client that shows redirects instead of following them.</summary>
internal sealed class SimulatorHost : IAsyncDisposable
{
    public const string RedirectUri = "http://localhost:8080/callback";
    public const string ForeignId = "amzn1.application-oa2-client.foreign";
    public const string ForeignSecret = "foreign-secret";

    private readonly WebApplication _app;

    private SimulatorHost(WebApplication app, ManualClock clock)
    {
        _app = app;
        Clock = clock;
        Http = NewClient();
    }

    public ManualClock Clock { get; }

    public HttpClient Http { get; }

    public AmazonSimulator.Simulator Simulator => _app.Services.GetRequiredService<AmazonSimulator.Simulator>();

    public SimulatorSettings Settings => Simulator.Settings;

    public Uri BaseAddress => new(_app.Urls.Single());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<SimulatorHost> StartAsync(Action<SimulatorOptions>? configure = null, ILoggerProvider? logs = null, params string[] args)
    {
        var clock = new ManualClock();
        var builder = WebApplication.CreateBuilder(args);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Logging.ClearProviders();
        if (logs is not null)
        {
            builder.Logging.SetMinimumLevel(LogLevel.Trace);
            builder.Logging.AddProvider(logs);
        }

        builder.AddAmazonSimulator(options =>
        {
            options.Clients.Add(new() { Id = ForeignId, Secret = ForeignSecret, Company = "Another Company", RedirectUris = { RedirectUri } });
            configure?.Invoke(options);
        });
        var app = builder.Build();
        app.UseAmazonSimulator();
        await app.StartAsync(Cancellation);
        return new(app, clock);
    }

    /// <summary>A path of the authorization endpoint. A changed parameter replaces the usual one, null leaves it out.</summary>
    public static string Authorize(params (string Name, string? Value)[] changes) => "/ap/oa?" + string.Join('&', Merge(changes,
        ("client_id", SimulatedClient.DefaultId), ("scope", "profile"), ("response_type", "code"), ("redirect_uri", RedirectUri), ("state", "the-state"))
        .Select(parameter => $"{parameter.Key}={Uri.EscapeDataString(parameter.Value)}"));

    public HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false }, disposeHandler: true) { BaseAddress = BaseAddress };

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Answer> PostAsync(string path, HttpContent? body, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, path, body, headers);

    public Task<Answer> PostFormAsync(string path, params (string Name, string Value)[] fields) =>
        PostAsync(path, new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    /// <summary>A fresh code, by the settings' short cut past the pages.</summary>
    public async Task<string> CodeAsync(params (string Name, string? Value)[] changes)
    {
        Settings.AutoApprove ??= "ada";
        return (await GetAsync(Authorize(changes))).Redirect["code"]!;
    }

    public Task<Answer> ExchangeAsync(string code, params (string Name, string? Value)[] changes) => TokenAsync("", changes,
        ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", RedirectUri),
        ("client_id", SimulatedClient.DefaultId), ("client_secret", SimulatedClient.DefaultSecret));

    public Task<Answer> RefreshAsync(string refreshToken, params (string Name, string? Value)[] changes) => TokenAsync("", changes,
        ("grant_type", "refresh_token"), ("refresh_token", refreshToken),
        ("client_id", SimulatedClient.DefaultId), ("client_secret", SimulatedClient.DefaultSecret));

    public Task<Answer> TokenAsync(string region, (string Name, string? Value)[] changes, params (string Name, string? Value)[] usual) =>
        PostAsync($"{region}/auth/o2/token", new FormUrlEncodedContent(Merge(changes, usual)));

    public async Task<Tokens> LoginAsync(params (string Name, string? Value)[] changes) =>
        Tokens.In(await ExchangeAsync(await CodeAsync(changes)));

    public Task<Answer> ProfileAsync(string accessToken) => GetAsync("/user/profile", ("Authorization", $"Bearer {accessToken}"));

    public Task<Answer> TokenInfoAsync(string accessToken) => GetAsync($"/auth/o2/tokeninfo?access_token={Uri.EscapeDataString(accessToken)}");

    public Task StopAsync() => _app.StopAsync(Cancellation);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    private async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Answer.ReadAsync(await Http.SendAsync(request, Cancellation), Cancellation);
    }

    private static Dictionary<string, string> Merge((string Name, string? Value)[] changes, params (string Name, string? Value)[] usual)
    {
        var merged = new Dictionary<string, string>();
        foreach (var (name, value) in usual.Concat(changes))
        {
            merged.Remove(name);
            if (value is not null)
            {
                merged.Add(name, value);
            }
        }

        return merged;
    }
}
