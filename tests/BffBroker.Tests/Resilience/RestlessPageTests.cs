using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>What pages do to a broker: they leave, and they poll.</summary>
public sealed class RestlessPageTests(PatientNodes patient) : IClassFixture<PatientNodes>
{
    private readonly BrokerNodes _nodes = patient.Nodes;

    [Fact]
    public async Task Callers_who_hang_up_after_50_ms_do_not_lose_the_new_token()
    {
        var session = await _nodes.LogInExpiredAsync();
        var before = _nodes.Amazon.Refreshes;
        var answer = new TaskCompletionSource();
        _nodes.Simulator.Faults.Enqueue(Operation.Refresh, Fault.Until(answer.Task) with { AfterProcessing = true });

        await Wait.UntilAsync(
            async () =>
            {
                await Task.WhenAll(_nodes.All.SelectMany(node => Enumerable.Range(0, 50).Select(_ => HangUpAsync(node, session))));
                return _nodes.Amazon.Refreshes > before;
            },
            "one of them to begin a refresh");
        answer.SetResult();

        await Task.WhenAll(_nodes.All.Select(node => node.ServesAsync(session)));
        Assert.Equal(before + 1, _nodes.Amazon.Refreshes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3600)]
    public async Task A_grant_that_its_user_has_revoked_ends_the_session_with_one_token_call_however_often_pages_poll(int tokenLifeInSeconds)
    {
        var session = await _nodes.LogInAsync(TimeSpan.FromSeconds(tokenLifeInSeconds));
        var another = await _nodes.LogInAsync(TimeSpan.FromHours(1), "zoe");
        if (tokenLifeInSeconds == 1)
        {
            await session.TokenEndedAsync();
        }

        var before = _nodes.Amazon.Refreshes;
        _nodes.Simulator.RevokeGrants(session.Customer);

        for (var poll = 0; poll < 10; poll++)
        {
            var answers = await Task.WhenAll(_nodes.All.SelectMany(node => Enumerable.Range(0, 10).Select(_ => node.GetAsync("/me", session))));
            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
            Assert.All(answers, answer => Assert.Empty(answer.SetCookies()));
        }

        Assert.Equal(before + 1, _nodes.Amazon.Refreshes);
        await Wait.UntilAsync(async () => (await _nodes.KeysOfAsync(session)).Length == 0, "all keys of the session to go");
        Assert.Equal(HttpStatusCode.OK, await _nodes[1].MeAsync(another));
    }

    private static async Task HangUpAsync(BrokerNode node, UserSession session)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => node.SendAsync(HttpMethod.Get, "/me", session, patience.Token));
    }
}
