using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>One row of the contract's table "Which failure does what": how it happens, how it ends, and what each endpoint answers meanwhile.</summary>
internal sealed record FaultRow(string Name, Func<FaultMatrix, Task> StrikeAsync, Func<FaultMatrix, Task> MendAsync, Answers Answers)
{
    private const string Unavailable = "503 temporarily_unavailable, Retry-After";
    private const string UnavailableButLogin = "503 temporarily_unavailable, Retry-After, loginUrl";
    private const string UnavailablePage = "503 page, Retry-After";
    private const string UnavailableGateway = "503, Retry-After";
    private const string LoggedOut = "204, clears __Host-bff";

    private static readonly Answers AmazonFails = new(Unavailable, FreshMe: "200", Session: "200", LoggedOut, Callback: "302 /there?login_error=temporarily_unavailable");
    private static readonly Answers AmazonIsAway = AmazonFails with { FreshMe = Unavailable };
    private static readonly Answers AmazonTalksNonsense = AmazonFails with { Me = "502 amazon_error", Callback = "302 /there?login_error=login_failed" };
    private static readonly Answers RedisIsAway = new(Unavailable, FreshMe: Unavailable, Session: Unavailable, Logout: Unavailable, UnavailablePage) { Gateway = UnavailableGateway };
    private static readonly Answers RedisTakesNoWrites = RedisIsAway with { FreshMe = "200", Session = "200", Gateway = "200" };
    private static readonly Answers RecordsDoNotOpen =
        new(UnavailableButLogin, FreshMe: UnavailableButLogin, Session: UnavailableButLogin, LoggedOut, Callback: "302 /there, sets __Host-bff") { Gateway = UnavailableGateway };

    public static IReadOnlyList<FaultRow> All { get; } =
    [
        AmazonLink("does not answer", LinkFault.HalfOpen),
        AmazonLink("loses answers", LinkFault.Blackhole(Way.Answers)),
        AmazonLink("resets", LinkFault.Reset),
        AmazonLink("refuses connections", LinkFault.Refuse),
        AmazonLink("is cut before its answer", LinkFault.CutAfter(0)),
        AmazonLink("is cut within its answer", LinkFault.CutAfter(100)),
        TokenEndpoint("nothing", Fault.Reset, AmazonFails),
        TokenEndpoint("429", Fault.TooManyRequests(), AmazonFails),
        TokenEndpoint("500 servererror", Fault.ServerError("servererror"), AmazonFails),
        TokenEndpoint("503 HTML", Fault.HtmlUnavailable, AmazonFails),
        TokenEndpoint("invalid_client", Fault.OAuthError(401, "invalid_client", "x"), AmazonFails),
        TokenEndpoint("unauthorized_client", Fault.OAuthError(400, "unauthorized_client", "x"), AmazonFails),
        TokenEndpoint("200 HTML", Fault.Status(200, "<html>", "text/html"), AmazonTalksNonsense),
        TokenEndpoint("404 XML", Fault.XmlNotFound, AmazonTalksNonsense),
        TokenEndpoint("an empty body", Fault.EmptyBody(200), AmazonTalksNonsense),
        TokenEndpoint("half JSON", Fault.HalfJson, AmazonTalksNonsense),
        TokenEndpoint("no access_token", Fault.NoAccessToken, AmazonTalksNonsense),
        TokenEndpoint("a redirect", Fault.Redirect(), AmazonTalksNonsense),
        TokenEndpoint("invalid_request", Fault.OAuthError(400, "invalid_request", "x"), AmazonTalksNonsense),
        TokenEndpoint("unsupported_grant_type", Fault.OAuthError(400, "unsupported_grant_type", "x"), AmazonTalksNonsense),
        RedisLink("does not answer", LinkFault.HalfOpen),
        RedisLink("loses answers", LinkFault.Blackhole(Way.Answers)),
        RedisLink("resets", LinkFault.Reset),
        RedisLink("refuses connections", LinkFault.Refuse),
        RedisLink("is cut within each answer", LinkFault.CutAfter(5)),
        RedisLink("is slower than the limit", LinkFault.Latency(TimeSpan.FromMilliseconds(600))),
        new("Redis hangs", matrix => Now(matrix.Redis.Suspend), matrix => Now(matrix.Redis.Resume), RedisIsAway),
        new(
            "Redis asks for another password",
            matrix => matrix.ChangePasswordAsync(),
            matrix => matrix.Redis.AskAsync("AUTH other", "CONFIG SET requirepass \"\""),
            RedisIsAway),
        new("Redis is loading", matrix => matrix.Redis.LoadAsync(), matrix => matrix.Redis.LoadedAsync(), RedisIsAway),
        new(
            "Redis is a replica",
            matrix => matrix.Redis.AskAsync("REPLICAOF 127.0.0.1 1"),
            matrix => matrix.Redis.AskAsync("REPLICAOF NO ONE"),
            RedisTakesNoWrites),
        new(
            "Redis is out of memory",
            matrix => matrix.Redis.AskAsync("CONFIG SET maxmemory 1"),
            matrix => matrix.Redis.AskAsync("CONFIG SET maxmemory 0"),
            RedisTakesNoWrites with { Logout = LoggedOut }),
        new("records do not open", matrix => matrix.SpoilRecordsAsync(), matrix => matrix.RestoreRecordsAsync(), RecordsDoNotOpen),
    ];

    public override string ToString() => Name;

    private static FaultRow AmazonLink(string name, LinkFault fault) =>
        new($"Amazon {name}", matrix => Now(() => matrix.Node.AmazonLink.Fault = fault), matrix => Now(matrix.Node.AmazonLink.Mend), AmazonIsAway);

    private static FaultRow RedisLink(string name, LinkFault fault) =>
        new($"Redis {name}", matrix => Now(() => matrix.Node.RedisLink.Fault = fault), matrix => Now(() => matrix.Node.RedisLink.Fault = LinkFault.None), RedisIsAway);

    private static FaultRow TokenEndpoint(string name, Fault fault, Answers answers) => new(
        $"the token endpoint answers {name}",
        matrix => Now(() => matrix.Nodes.Simulator.Faults.Set(Operation.Token, fault)),
        matrix => Now(matrix.Nodes.Simulator.Faults.Clear),
        answers);

    private static Task Now(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
