using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SessionOptions = BffBroker.Sessions.SessionOptions;

namespace BffBroker.Tests.Resilience;

/// <summary>The refresh's own code as one node runs it, over a store, leases, an Amazon and a clock of the test's.</summary>
internal sealed class ModelNode
{
    public ModelNode(ISessionStore store, IRefreshLeases leases, RefreshGrant refreshGrant, TimeProvider clock, KeyRing keyRing)
    {
        var (limits, meter, signals) = (new RefreshLimits(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5)), Meters.New(), new StoreSignals(clock));
        Writes = new(signals, clock);
        Store = new(store, Writes, signals, clock, NullLogger<RememberingStore>.Instance);
        var options = Options.Create(new SessionOptions { IdleTimeout = TimeSpan.FromDays(365), Lifetime = TimeSpan.FromDays(365) });
        var index = new SessionIndex(new InMemoryUserIndex(clock), keyRing, userId => UserHandle.Of("client", userId), clock, NullLogger<SessionIndex>.Instance);
        Ending = new(Store, index, meter, NullLogger<SessionEnding>.Instance);
        var opened = new OpenedRecords(TimeProvider.System); // whose timer is none of those that the tests wait for
        var seal = new SessionSeal(keyRing);
        Beginning = new(Store, index, seal, options, clock, NullLogger<SessionBeginning>.Instance);
        Vault = new(Store, index, seal, opened, options, meter, clock, NullLogger<SessionVault>.Instance);
        var call = new RefreshCall(Vault, Ending, refreshGrant, limits, meter, clock, NullLogger<RefreshCall>.Instance);
        var leased = new LeasedRefresh(Vault, leases, new(Vault, call, limits, clock), limits, meter, clock, NullLogger<LeasedRefresh>.Instance);
        Tokens = new(leased, new(clock), limits, meter, clock);
        WriteAgain = new(store, Writes, signals, clock, NullLogger<WriteAgain>.Instance);
    }

    public RecentWrites Writes { get; }

    public RememberingStore Store { get; }

    public SessionBeginning Beginning { get; }

    public SessionVault Vault { get; }

    public SessionEnding Ending { get; }

    public SessionTokens Tokens { get; }

    public WriteAgain WriteAgain { get; }

    /// <summary>As <c>/me</c> does.</summary>
    public async Task<TokenOutcome> AskAsync(CookieSecret key) =>
        await Vault.FindAsync(key) is SessionLookup.Found(var session) ? await Tokens.GetAsync(session, CancellationToken.None) : new TokenOutcome.LoginRequired();
}
