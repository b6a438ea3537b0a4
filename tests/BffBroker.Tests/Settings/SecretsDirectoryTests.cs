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
