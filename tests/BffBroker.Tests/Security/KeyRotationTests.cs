using System.Buffers.Text;
using System.Net;
using System.Text.RegularExpressions;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

namespace BffBroker.Tests.Security;

/// <summary>The steps of docs/keys.md, done to real processes.</summary>
public sealed partial class KeyRotationTests(RedisServer redis)
{
    private const string Present = "KeyRing:CertificateFile";
    private const string Previous = "KeyRing:PreviousCertificateFiles:0";

    [Fact]
    [Trait("kind", "soak")]
    public async Task Certificate_and_key_ring_are_rotated_under_load_and_nobody_is_logged_out()
    {
        using var folder = new TemporaryFolder();
        await using var nodes = await BrokerNodes.StartAsync(redis.ConnectionString, 3, hasLinks: false, ("Redis:Timeout", "00:00:10"));
        var (old, next) = (nodes.Settings[Present], CertificateFile.Create(folder.Path).Path);
        UserSession[] users = [await nodes.LogInAsync(TimeSpan.FromHours(1)), await nodes.LogInAsync(TimeSpan.FromHours(1), "zoe")];
        UserSession[] later;
        await using (var load = new SteadyLoad(nodes, users))
        {
            nodes.Settings[Previous] = next;
            await load.ReplaceAllAsync();

            (nodes.Settings[Present], nodes.Settings[Previous]) = (next, old);
            await load.ReplaceAllAsync();

            var (exitCode, output) = await BrokerProcess.RunAsync(nodes.Settings.AsReadOnly(), "new-key");
            Assert.True(exitCode == 0, output);
            var key = Guid.Parse(NewKey.Match(output).Groups[1].Value);
            await Wait.UntilAsync(async () => (await Task.WhenAll(nodes.All.Select(node => UsesAsync(node.NewBrowser(), key)))).All(uses => uses), "all nodes to use the new key", TimeSpan.FromMinutes(3));
            await load.AnswersAsync();
            later = [await nodes.LogInAsync(TimeSpan.FromHours(1)), await nodes.LogInAsync(TimeSpan.FromHours(1), "zoe")];
        }

        nodes.Settings.Remove(Previous);
        await using var afterwards = new SteadyLoad(nodes, later);
        await afterwards.ReplaceAllAsync();
    }

    [Fact]
    public async Task Nodes_on_both_sides_of_the_swap_understand_each_other()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        using var folder = new TemporaryFolder();
        var next = CertificateFile.Create(folder.Path).Path;
        var before = await world.StartNodeAsync((Previous, next));
        var after = await world.StartNodeAsync((Present, next), (Previous, world.Certificate.Path));
        var now = TimeProvider.System.GetUtcNow();
        var key = after.Services.GetRequiredService<IKeyManager>().CreateNewKey(now, now.AddDays(90));

        // As docs/keys.md says: the certificate that the old key needs may go when the new one is in use.
        await Wait.UntilAsync(() => UsesAsync(new Browser().Route(BrokerServer.Authority, after.Url), key.KeyId), "the node to use the new key");
        var user = await KeyRingWorld.LogInAsync(after);
        var swapped = await world.StartNodeAsync((Present, next));

        await world.AssertServesUserAsync(after);
        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync(before, "/me", user)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync(swapped, "/me", user)).StatusCode);
    }

    [Fact]
    public async Task A_node_seals_with_a_key_that_another_has_made_once_it_has_read_the_ring()
    {
        await using var world = await KeyRingWorld.StartAsync(redis);
        var other = await world.StartNodeAsync();
        var now = TimeProvider.System.GetUtcNow();
        var key = other.Services.GetRequiredService<IKeyManager>().CreateNewKey(now, now.AddDays(90));
        using var browser = world.World.NewBrowser();
        Assert.NotEqual(key.KeyId, await KeyInUseAsync(browser));

        KeyRingWorld.Restore(world.World.Broker);

        await Wait.UntilAsync(async () => await KeyInUseAsync(browser) == key.KeyId, "the node to use the new key");
    }

    [Fact]
    public async Task A_new_key_is_refused_with_the_reason_when_Redis_does_not_take_it()
    {
        using var folder = new TemporaryFolder();
        var settings = BrokerProcess.Settings(new("http://127.0.0.1:1"), $"127.0.0.1:{Ports.Free()}", "x:", folder.Path);

        var (exitCode, output) = await BrokerProcess.RunAsync(settings, "new-key");

        Assert.Equal(1, exitCode);
        Assert.Contains("could not be saved", output, StringComparison.Ordinal);
    }

    private static async Task<bool> UsesAsync(Browser atNode, Guid key)
    {
        using (atNode)
        {
            return await KeyInUseAsync(atNode) == key;
        }
    }

    /// <summary>Data Protection writes the key's id after the first four bytes.</summary>
    private static async Task<Guid> KeyInUseAsync(Browser browser)
    {
        var login = await browser.OpenAsync(World.At("/login"));
        Assert.Equal(HttpStatusCode.Found, login.StatusCode);
        var state = Base64Url.DecodeFromChars(login.Headers.Location!.State());
        return new(state.AsSpan(4, 16));
    }

    [GeneratedRegex("Key ([0-9a-f-]{36}) is in the ring")]
    private static partial Regex NewKey { get; }
}
