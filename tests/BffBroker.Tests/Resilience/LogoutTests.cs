using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>A logout at another node wins over a refresh at whatever step it meets it: nothing of the session is left, and nothing comes back.</summary>
public sealed class LogoutTests(PatientNodes patient) : IClassFixture<PatientNodes>, IAsyncLifetime
{
    private readonly BrokerNodes _nodes = patient.Nodes;
    private UserSession _session = null!;

    private BrokerNode Owner => _nodes[0];

    private BrokerNode Other => _nodes[1];

    public async ValueTask InitializeAsync()
    {
        _session = await _nodes.LogInExpiredAsync();
        _nodes.Simulator.Calls.Clear();
    }

    public ValueTask DisposeAsync()
    {
        Owner.RedisLink.Fault = LinkFault.None;
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_logout_before_the_lease_is_taken_is_final()
    {
        var leasing = LinkFault.Hold(Way.Requests, ":lease");
        Owner.RedisLink.Fault = leasing;

        var me = Owner.MeAsync(_session);
        await leasing.Met;
        await LogOutAsync();
        leasing.Release();

        Assert.Equal(HttpStatusCode.Unauthorized, await me);
        await AssertNothingIsLeftAsync();
        Assert.Equal(0, _nodes.Amazon.Refreshes);
    }

    [Fact]
    public async Task A_logout_while_the_lease_is_held_is_final()
    {
        var (leasing, leased) = (LinkFault.Hold(Way.Requests, ":lease"), LinkFault.Hold(Way.Answers));
        Owner.RedisLink.Fault = leasing;

        var me = Owner.MeAsync(_session);
        await leasing.Met;
        Owner.RedisLink.Fault = leased;
        leasing.Release();
        await leased.Met;
        await LogOutAsync();
        leased.Release();

        Assert.Equal(HttpStatusCode.Unauthorized, await me);
        await AssertNothingIsLeftAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_logout_during_the_call_is_final(bool isProcessed)
    {
        var (me, answer) = await CallAsync(isProcessed);
        await LogOutAsync();
        answer.SetResult();

        Assert.Equal(HttpStatusCode.Unauthorized, await me);
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_logout_that_is_faster_than_the_save_is_final()
    {
        var (me, answer) = await CallAsync(isProcessed: true);
        var saving = LinkFault.Hold(Way.Requests);
        Owner.RedisLink.Fault = saving;
        answer.SetResult();
        await saving.Met;
        await LogOutAsync();
        saving.Release();

        Assert.Equal(HttpStatusCode.Unauthorized, await me);
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_logout_between_the_save_and_its_confirmation_is_final()
    {
        var (me, answer) = await CallAsync(isProcessed: true);
        var before = await GenerationAsync();
        var saved = LinkFault.Hold(Way.Answers);
        Owner.RedisLink.Fault = saved;
        answer.SetResult();
        await Wait.UntilAsync(async () => await GenerationAsync() != before, "the save");
        await LogOutAsync();
        saved.Release();

        Assert.True(await me is HttpStatusCode.OK or HttpStatusCode.Unauthorized); // it came before the logout
        await AssertNothingIsLeftAsync();
    }

    private async Task<(Task<HttpStatusCode> Me, TaskCompletionSource Answer)> CallAsync(bool isProcessed)
    {
        var answer = new TaskCompletionSource();
        _nodes.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(answer.Task) with { AfterProcessing = isProcessed });
        var me = Owner.MeAsync(_session);
        await _nodes.Simulator.Calls.WaitForAsync(Operation.Refresh, 1, TestContext.Current.CancellationToken);
        return (me, answer);
    }

    private async Task LogOutAsync() => Assert.Equal(HttpStatusCode.NoContent, (await Other.PostAsync("/logout", _session)).StatusCode);

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
