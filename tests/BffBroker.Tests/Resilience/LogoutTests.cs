using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>An end at another node wins over a refresh at whatever step it meets it: nothing of the session is left, and nothing comes back.</summary>
public sealed class LogoutTests(PatientNodes patient) : IClassFixture<PatientNodes>, IAsyncLifetime
{
    private readonly BrokerNodes _nodes = patient.Nodes;
    private UserSession _session = null!;
    private UserSession _second = null!;

    private BrokerNode Owner => _nodes[0];

    private BrokerNode Other => _nodes[1];

    public async ValueTask InitializeAsync()
    {
        _second = await _nodes.LogInAsync(TimeSpan.FromHours(1));
        _session = await _nodes.LogInExpiredAsync();
        _nodes.Simulator.Calls.Clear();
    }

    public static TheoryData<string> Ends => ["logout", "logout everywhere", "by its user", "by its user with all others", "by an admin", "by an admin with everybody's"];

    public ValueTask DisposeAsync()
    {
        Owner.RedisLink.Fault = LinkFault.None;
        return ValueTask.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task An_end_before_the_lease_is_taken_is_final(string end)
    {
        var leasing = LinkFault.Hold(Way.Requests, ":lease");
        Owner.RedisLink.Fault = leasing;

        var me = Owner.MeAsync(_session);
        await leasing.Met;
        await EndAsync(end);
        leasing.Release();

        Assert.Equal(HttpStatusCode.Unauthorized, await me);
        await AssertNothingIsLeftAsync();
        Assert.Equal(0, _nodes.Amazon.Refreshes);
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task An_end_while_the_lease_is_held_is_final(string end)
    {
        var (leasing, leased) = (LinkFault.Hold(Way.Requests, ":lease"), LinkFault.Hold(Way.Answers));
        Owner.RedisLink.Fault = leasing;

        var me = Owner.MeAsync(_session);
        await leasing.Met;
        Owner.RedisLink.Fault = leased;
        leasing.Release();
        await leased.Met;
        await EndAsync(end);
        leased.Release();

        Assert.Equal(HttpStatusCode.Unauthorized, await me);
        await AssertNothingIsLeftAsync();
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public Task An_end_during_the_call_before_Amazon_has_done_it_is_final(string end) => AssertFinalDuringTheCallAsync(end, isProcessed: false);

    [Theory]
    [MemberData(nameof(Ends))]
    public Task An_end_during_the_call_after_Amazon_has_done_it_is_final(string end) => AssertFinalDuringTheCallAsync(end, isProcessed: true);

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task An_end_that_is_faster_than_the_save_is_final(string end)
    {
        var (me, answer) = await CallAsync(isProcessed: true);
        var saving = LinkFault.Hold(Way.Requests);
        Owner.RedisLink.Fault = saving;
        answer.SetResult();
        await saving.Met;
        await EndAsync(end);
        saving.Release();

        Assert.Equal(HttpStatusCode.Unauthorized, (await me).StatusCode);
        await AssertNothingIsLeftAsync();
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task An_end_between_the_save_and_its_confirmation_is_final(string end)
    {
        var (me, answer) = await CallAsync(isProcessed: true);
        var before = await GenerationAsync();
        var saved = LinkFault.Hold(Way.Answers);
        Owner.RedisLink.Fault = saved;
        answer.SetResult();
        await Wait.UntilAsync(async () => await GenerationAsync() != before, "the save");
        await EndAsync(end);
        saved.Release();

        Assert.True((await me).StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized); // it came before the logout
        await AssertNothingIsLeftAsync();
    }

    private async Task AssertFinalDuringTheCallAsync(string end, bool isProcessed)
    {
        var (me, answer) = await CallAsync(isProcessed);
        await EndAsync(end);
        answer.SetResult();

        Assert.Equal(HttpStatusCode.Unauthorized, (await me).StatusCode);
        await AssertNothingIsLeftAsync();
    }

    private async Task<(Task<HttpResponseMessage> Me, TaskCompletionSource Answer)> CallAsync(bool isProcessed)
    {
        var answer = new TaskCompletionSource();
        _nodes.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(answer.Task) with { AfterProcessing = isProcessed });
        return (await _nodes.BeginRefreshAsync(Owner, _session), answer);
    }

    private async Task EndAsync(string end) => Assert.Equal(HttpStatusCode.NoContent, (await (end switch
    {
        "logout" => Other.PostAsync("/logout", _session),
        "logout everywhere" => Other.PostAsync("/logout?everywhere=true", _session),
        "by its user" => Other.DeleteAsync($"/sessions/{_session.Handle}", _second),
        "by its user with all others" => Other.DeleteAsync("/sessions", _second),
        "by an admin" => Other.AdministerAsync(HttpMethod.Delete, $"/admin/users/{await Other.UserIdAsync(_session)}/sessions"),
        _ => Other.AdministerAsync(HttpMethod.Delete, "/admin/sessions"),
    })).StatusCode);

    private async Task<string?> GenerationAsync() => await _nodes.Redis.HashGetAsync(_nodes.RecordOf(_session), "generation");

    private async Task AssertNothingIsLeftAsync()
    {
        await AssertLoggedOutAsync();
        await Wait.UntilAsync(async () => (await _nodes.KeysOfAsync(_session)).Length == 0, "all keys of the session to go");
        await AssertLoggedOutAsync();
        Assert.Empty(await _nodes.KeysOfAsync(_session));
    }

    private async Task AssertLoggedOutAsync() =>
        Assert.All(await Task.WhenAll(_nodes.All.Select(node => node.MeAsync(_session))), status => Assert.Equal(HttpStatusCode.Unauthorized, status));
}
