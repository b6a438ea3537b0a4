using System.Net;
using BffBroker.Endpoints;
using BffBroker.Telemetry;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Serilog.Events;

namespace BffBroker.Tests.Telemetry;

public sealed class RequestLogTests
{
    private static readonly string[] Usual = ["/me", "/session", "/auth/nginx"];

    private readonly RecordingSink _log = new();

    [Fact]
    public async Task What_is_asked_with_every_click_leaves_a_line_only_when_it_is_not_answered_as_usual()
    {
        await using var world = await World.StartAsync([.. _log.Settings(LogEventLevel.Information), ("Gateway:AllowedUsers:0", "amzn1.account.NOBODY")]);
        await AskAsync(world);
        await world.LogInAsync();

        await AskAsync(world);

        Assert.Equal([("/auth/nginx", 403)], await LinesAsync(world));
    }

    [Fact]
    public async Task An_answer_of_5xx_is_logged_as_an_error()
    {
        await using var world = await World.StartAsync([.. _log.Settings(LogEventLevel.Information)]);
        await world.LogInAsync();
        world.Amazon.Simulator.Faults.Set(AmazonSimulator.Operation.Profile, AmazonSimulator.Fault.Status(503));

        await AskAsync(world);

        Assert.Equal([("/me", 503)], await LinesAsync(world));
        Assert.Equal(LogEventLevel.Error, Requests().Single(line => PathOf(line) == "/me").Level);
    }

    [Fact]
    public async Task Whoever_wants_every_line_gets_it()
    {
        const string category = "Serilog:MinimumLevel:Override:Serilog.AspNetCore.RequestLoggingMiddleware";
        await using var world = await World.StartAsync([.. _log.Settings(LogEventLevel.Information), (category, "Debug")]);
        await world.LogInAsync();

        await AskAsync(world);

        Assert.Equal(Usual.Select(path => (path, 200)), await LinesAsync(world));
    }

    [Fact]
    public async Task An_exception_that_leaves_the_pipeline_is_logged_as_an_error_with_status_500_and_the_ids_of_the_request()
    {
        var builder = QuietServer.NewBuilder();
        builder.Configuration.AddInMemoryCollection(_log.Settings(LogEventLevel.Information).Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.AddLogging();
        await using var app = builder.Build();
        app.UseRequestLog();
        app.UseRouting();
        app.MapGet("/broken/{id}", string (string id) => throw new InvalidOperationException("It is broken."));
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri($"{app.Urls.First()}/broken/canary?canary=canary"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal([("/broken/{id}", 500)], Lines());
        var line = Requests().Single();
        Assert.Equal((LogEventLevel.Error, "It is broken."), (line.Level, line.Exception?.Message));
        Assert.NotEqual("\"\"", line.Properties["RequestId"].ToString());
        Assert.NotNull(line.TraceId);
        Assert.NotNull(line.SpanId);
        Assert.All(_log.Lines, text => Assert.DoesNotContain("canary", text, StringComparison.Ordinal));
    }

    private static async Task AskAsync(World world)
    {
        foreach (var path in Usual)
        {
            using var answer = await world.GetAsync(path);
        }
    }

    // Lines are written in the order of the answers, so that none is missing when the last one is there.
    private async Task<IEnumerable<(string Path, int Status)>> LinesAsync(World world)
    {
        using var last = await world.GetAsync("/nowhere");
        await Wait.UntilAsync(() => Lines().Any(line => line.Path == "/nowhere"), "the last request's line");
        return Lines().Where(line => Usual.Contains(line.Path));
    }

    private IEnumerable<(string Path, int Status)> Lines() => Requests().Select(line => (PathOf(line), (int)((ScalarValue)line.Properties["StatusCode"]).Value!));

    private IEnumerable<LogEvent> Requests() => _log.Events.Where(line => line.Properties.ContainsKey("RequestPath") && line.Properties.ContainsKey("Elapsed"));

    private static string PathOf(LogEvent line) => line.Properties["RequestPath"].ToString().Trim('"');
}
