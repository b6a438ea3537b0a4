using System.Net;
using AmazonSimulator;
using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Gateways;
using BffBroker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Serilog.Events;
using StackExchange.Redis;

namespace BffBroker.Tests.Redis;

/// <summary>A newer version of the broker runs beside this one, and has written what this one cannot read.</summary>
public sealed class MixedVersionTests(RedisServer redis) : IAsyncLifetime
{
    private readonly RecordingSink _log = new();
    private World _world = null!;

    private RedisKey Record => _world.RecordKey;

    public async ValueTask InitializeAsync()
    {
        _world = await World.StartAsync(redis, [("Management:AdminKey", BrokerNodes.AdminKey), .. _log.Settings(LogEventLevel.Warning)]);
        await _world.LogInAsync();
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_newer_record_is_answered_with_503_and_neither_written_deleted_nor_refreshed_and_serves_again_where_it_is_read()
    {
        await WriteAsNewerAsync();
        var before = await redis.Database.HashGetAllAsync(Record);
        var (expiry, refreshes) = (await ExpiryAsync(), Refreshes);
        _world.Clock.Advance(TimeSpan.FromMinutes(61)); // a refresh is due, and a touch

        foreach (var path in (string[])["/me", "/session", "/sessions", "/me"])
        {
            var problem = await (await _world.GetAsync(path)).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
            Assert.EndsWith("/login", problem.GetProperty("loginUrl").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _world.AskNginxAsync()).StatusCode);
        await (await _world.PostAsync("/logout?everywhere=true")).AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        Assert.Equal(before, await redis.Database.HashGetAllAsync(Record));
        Assert.Equal(expiry, await ExpiryAsync());
        Assert.False(await redis.Database.KeyExistsAsync($"{Record}:lease"));
        Assert.Equal(refreshes, Refreshes);

        await redis.Database.HashSetAsync(Record, "format", StoredSession.CurrentFormat);
        await _world.AssertLoggedInAsync();
        Assert.Equal(refreshes + 1, Refreshes);
    }

    [Fact]
    public async Task The_log_tells_a_newer_record_from_one_that_does_not_open()
    {
        await WriteAsNewerAsync();
        await _world.GetAsync("/me");
        Assert.Equal([2005], UnreadableEvents);

        await redis.Database.HashSetAsync(Record, "format", StoredSession.CurrentFormat);
        await redis.Database.HashSetAsync(Record, "sealed", "garbage");
        await _world.GetAsync("/me");
        Assert.Equal([2005, 2003], UnreadableEvents);
    }

    [Fact]
    public async Task A_logout_ends_a_session_whose_record_is_newer()
    {
        await WriteAsNewerAsync();
        var record = Record;

        Assert.Equal(HttpStatusCode.NoContent, (await _world.PostAsync("/logout")).StatusCode);

        Assert.False(await redis.Database.KeyExistsAsync(record));
    }

    [Fact]
    public async Task A_login_takes_the_place_of_a_session_whose_record_is_newer()
    {
        await WriteAsNewerAsync();
        var old = Record;

        await _world.LogInAsync();

        Assert.False(await redis.Database.KeyExistsAsync(old));
        await _world.AssertLoggedInAsync();
    }

    [Theory]
    [InlineData("/admin/users/{0}/sessions")]
    [InlineData("/admin/sessions")]
    public async Task An_admin_ends_a_session_whose_record_is_newer(string path)
    {
        var user = await _world.UserIdAsync();
        await WriteAsNewerAsync();

        Assert.Equal(HttpStatusCode.NoContent, (await _world.AdministerAsync(HttpMethod.Delete, path.Replace("{0}", Uri.EscapeDataString(user), StringComparison.Ordinal))).StatusCode);

        Assert.False(await redis.Database.KeyExistsAsync(Record));
    }

    [Fact]
    public async Task Another_session_of_the_user_lists_and_ends_one_whose_record_is_newer_and_ends_it_too_where_its_entry_is_newer()
    {
        await WriteAsNewerAsync();
        var (newer, index) = (Record, await redis.Database.KeysAsync($"{_world.KeyPrefix}user:*"));
        _world.Browser.SetCookie(BrokerServer.PublicUrl, "__Host-bff", null);
        await _world.LogInAsync();
        Assert.Equal(2, await ListedAsync());

        // The entry too is of the newer version now: this one cannot show it, and leaves it where it is.
        var entry = _world.Broker.Services.GetRequiredService<KeyRing>().SealIndexEntry([2, 1, 2, 3]);
        var field = newer.ToString()[(_world.KeyPrefix.Length + 1)..^1];
        await redis.Database.HashSetAsync(index.Single(), field, entry);
        Assert.Equal(1, await ListedAsync());
        Assert.Equal(entry, (byte[]?)await redis.Database.HashGetAsync(index.Single(), field));

        Assert.Equal(HttpStatusCode.NoContent, (await _world.Browser.FetchAsync(HttpMethod.Delete, World.At("/sessions"))).StatusCode);
        Assert.False(await redis.Database.KeyExistsAsync(newer));
        await _world.AssertLoggedInAsync();
    }

    [Fact]
    public async Task What_a_node_has_yet_to_write_does_not_go_over_a_newer_record()
    {
        await WriteAsNewerAsync();
        var before = await redis.Database.HashGetAllAsync(Record);
        var (handle, writes) = (SessionHandle.Of(_world.SessionKey), _world.Broker.Services.GetRequiredService<RecentWrites>());

        Assert.False(await _world.Broker.Services.GetRequiredService<RememberingStore>().SaveAsync(handle, 5, [5]));
        writes.Remember(handle, new(5, [5], _world.Clock.GetUtcNow()));
        _world.Broker.Services.GetRequiredService<StoreSignals>().Restored();

        await Wait.UntilAsync(() => writes.Find(handle) is null, "this node to give way");
        Assert.Equal(before, await redis.Database.HashGetAllAsync(Record));
    }

    [Fact]
    public void A_state_of_a_newer_version_is_none() => Assert.Null(LoginState.FromBytes([2, .. new byte[200]]));

    private int Refreshes => _world.Amazon.Simulator.Calls.Count(Operation.Refresh);

    private IEnumerable<int> UnreadableEvents => _log.Events
        .Select(line => line.Properties.TryGetValue("EventId", out var id) && id is StructureValue { Properties: [var number, ..] } ? (int)((ScalarValue)number.Value).Value! : 0)
        .Where(id => id is 2003 or 2005);

    private Task WriteAsNewerAsync() => redis.Database.HashSetAsync(Record, "format", StoredSession.CurrentFormat + 1);

    private async Task<long> ExpiryAsync() => (long)await redis.Database.ExecuteAsync("PEXPIRETIME", Record);

    private async Task<int> ListedAsync() => (await (await _world.GetAsync("/sessions")).JsonAsync()).GetProperty("sessions").GetArrayLength();
}
