using System.Net;
using BffBroker.Tests.Gateways;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Settings;

public sealed class SecretsDirectoryTests : IDisposable
{
    private const string Wrong = "amzn1.oa2-cs.v1.wrong";

    private readonly TemporaryFolder _folder = new();

    private string SecretFile => Path.Combine(_folder.Path, "Amazon__ClientSecret");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("in place")]
    [InlineData("by rename")]
    [InlineData("by Kubernetes")]
    public async Task A_changed_secret_takes_effect_without_a_restart(string how)
    {
        Write("..v1", Wrong + "\r\n");
        Link("..data", "..v1");
        if (how == "by Kubernetes")
        {
            Link("Amazon__ClientSecret", "..data/Amazon__ClientSecret");
        }
        else
        {
            await File.WriteAllTextAsync(SecretFile, Wrong, TestContext.Current.CancellationToken);
        }

        await using var world = await World.StartAsync(("Amazon:ClientSecret", ""), ("Secrets:Directory", _folder.Path));
        Assert.EndsWith("login_error=temporarily_unavailable", (await world.Browser.VisitAsync(World.At("/login"))).Url.Query, StringComparison.Ordinal);

        Write("..v2", AmazonSimulator.SimulatedClient.DefaultSecret + "\r\n");
        switch (how)
        {
            case "in place":
                File.Copy(Path.Combine(_folder.Path, "..v2", "Amazon__ClientSecret"), SecretFile, overwrite: true);
                break;
            case "by rename":
                File.Move(Path.Combine(_folder.Path, "..v2", "Amazon__ClientSecret"), SecretFile, overwrite: true);
                break;
            default:
                Directory.Delete(Path.Combine(_folder.Path, "..data"));
                Link("..data", "..v2");
                break;
        }

        await Wait.UntilAsync(async () => (await world.Browser.VisitAsync(World.At("/login"))).Url.Query.Length == 0, "the new secret to be used");
        await world.AssertLoggedInAsync();
    }

    [Fact]
    public async Task A_changed_gateway_key_opens_the_token_and_the_one_before_does_not()
    {
        var file = Path.Combine(_folder.Path, "Gateway__Key");
        var (before, now) = (new string('b', 32), new string('n', 32));
        await File.WriteAllTextAsync(file, before, TestContext.Current.CancellationToken);
        await using var world = await World.StartAsync(("Gateway:PassAccessToken", "true"), ("Secrets:Directory", _folder.Path));
        await world.LogInAsync();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(before));

        await File.WriteAllTextAsync(file, now, TestContext.Current.CancellationToken);

        await Wait.UntilAsync(async () => await AskAsync(now) == HttpStatusCode.OK, "the new key to be used");
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(before));

        async Task<HttpStatusCode> AskAsync(string key) => (await world.AskNginxAsync("", ("X-Bff-Gateway-Key", key))).StatusCode;
    }

    [Fact]
    public async Task A_secret_that_goes_bad_leaves_the_last_good_one_in_force()
    {
        await File.WriteAllTextAsync(SecretFile, AmazonSimulator.SimulatedClient.DefaultSecret, TestContext.Current.CancellationToken);
        await using var world = await World.StartAsync(("Amazon:ClientSecret", ""), ("Secrets:Directory", _folder.Path), ("Amazon:Region", "NorthAmerica"));
        await world.LogInAsync();

        await File.WriteAllTextAsync(SecretFile, "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "Amazon__Region"), "Mars", TestContext.Current.CancellationToken);
        var configuration = (Microsoft.Extensions.Configuration.IConfiguration)world.Broker.Services.GetService(typeof(Microsoft.Extensions.Configuration.IConfiguration))!;
        await Wait.UntilAsync(() => configuration["Amazon:Region"] == "Mars" && configuration["Amazon:ClientSecret"] == "", "the change to be read");

        await world.LogInAsync();
        await world.AssertLoggedInAsync();
    }

    private void Write(string version, string secret)
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, version));
        File.WriteAllText(Path.Combine(_folder.Path, version, "Amazon__ClientSecret"), secret);
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(Path.Combine(_folder.Path, name), target);
}
