using System.Net;
using AmazonSimulator;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Resilience;

/// <summary>
/// What becomes of sessions whose refreshing node was killed. Another node may send the token again only when the first send cannot be
/// answered any more: refresh tokens work once, unless a test says otherwise.
/// </summary>
[Trait("kind", "soak")]
public sealed class KilledNodeTests(KilledNode killed) : IClassFixture<KilledNode>
{
    private static readonly TimeSpan PastTheIntent = TimeSpan.FromSeconds(60);

    [Fact]
    public Task A_node_killed_before_its_call_reached_Amazon_costs_no_session() => killed.Survivor.ServesAsync(killed.BeforeTheCall, PastTheIntent);

    [Fact]
    public Task A_node_killed_during_its_call_costs_no_session() => killed.Survivor.ServesAsync(killed.DuringTheCall, PastTheIntent);

    [Theory]
    [InlineData(nameof(RefreshMode.SameToken))]
    [InlineData(nameof(RefreshMode.NewTokenOldGood))]
    [InlineData(nameof(RefreshMode.NoTokenInAnswer))]
    public Task A_node_killed_before_it_had_the_answer_costs_no_session_whose_old_token_lives(string mode) =>
        killed.Survivor.ServesAsync(killed.AfterProcessing[Enum.Parse<RefreshMode>(mode)], PastTheIntent);

    [Fact]
    public Task A_node_killed_before_it_could_save_the_answer_costs_no_session_whose_old_token_lives() =>
        killed.Survivor.ServesAsync(killed.BeforeTheSave, PastTheIntent);

    [Fact]
    public Task A_killed_node_keeps_no_other_session_waiting() => killed.Survivor.ServesAsync(killed.Idle, TimeSpan.FromSeconds(5));

    [Fact]
    public async Task The_session_that_no_client_can_save_ends_with_a_word_and_its_user_can_log_in_anew()
    {
        await Wait.UntilAsync(
            async () => await killed.Survivor.MeAsync(killed.AfterProcessing[RefreshMode.NewTokenOldDies]) switch
            {
                HttpStatusCode.Unauthorized => true,
                HttpStatusCode.ServiceUnavailable => false,
                var status => throw new InvalidOperationException($"A dead token was served: {status}"),
            },
            "the session to end",
            PastTheIntent);

        await killed.Survivor.ServesAsync(await killed.LogInAnewAsync());
    }
}
