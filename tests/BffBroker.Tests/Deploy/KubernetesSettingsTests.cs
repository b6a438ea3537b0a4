using BffBroker.Tests.Support;

namespace BffBroker.Tests.Deploy;

/// <summary>The ConfigMap and the Secrets of <c>deploy/kubernetes</c>, read as the broker reads them.</summary>
public sealed class KubernetesSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("base")]
    [InlineData("overlays/example")]
    public void Every_setting_and_every_secret_is_one_that_the_broker_reads(string folder)
    {
        var names = Manifests.Of(folder).Environment.Keys.Concat(Secrets(folder)["bffbroker-secrets"].Keys);

        Assert.Empty(DeployedSettings.UnknownOf(names));
    }

    [Theory]
    [InlineData("base", null)]
    [InlineData("overlays/example", null)]
    [InlineData("overlays/example", "Amazon__ClientSecret")]
    [InlineData("overlays/example", "ConnectionStrings__Redis")]
    [InlineData("overlays/example", "keyring.pem")]
    public void With_these_settings_and_secrets_alone_the_broker_has_no_problem(string folder, string? missing)
    {
        var problems = ProblemsOf(folder, missing);

        Assert.Equal(missing is null ? 0 : 1, problems.Count);
    }

    [Theory]
    [InlineData("base")]
    [InlineData("overlays/example")]
    public void No_secret_is_in_a_manifest_or_in_the_environment(string folder)
    {
        var manifests = Manifests.Of(folder);

        Assert.Empty(manifests.OfKind("Secret"));
        Assert.Empty(manifests.Environment.Keys.Intersect(Secrets(folder)["bffbroker-secrets"].Keys));
        Assert.Equal(manifests.SecretFolders.Keys.Order(), Secrets(folder).Keys.Order());
    }

    /// <summary>As Kubernetes has them: a setting's new value has to start pods, and a secret's must not.</summary>
    [Fact]
    public void A_changed_setting_changes_the_pods_and_a_changed_secret_does_not()
    {
        Assert.NotEqual("bffbroker", Manifests.Of("overlays/example").Container.Items("envFrom").Single().Text("configMapRef", "name"));
        Assert.All(Secrets("overlays/example").Keys, name => Assert.DoesNotMatch("-[a-z0-9]{10}$", name));
    }

    // The kustomization beside files as its user makes them: the repository has none.
    private Dictionary<string, Dictionary<string, string>> Secrets(string folder)
    {
        if (folder == "base")
        {
            return Secrets("overlays/example"); // the base names them, and has none
        }

        var secrets = Path.Combine(Manifests.Root, folder, "secrets");
        Assert.Equal(["*", "!.gitignore", "!kustomization.yml"], File.ReadAllLines(Path.Combine(secrets, ".gitignore")));
        File.Copy(Path.Combine(secrets, "kustomization.yml"), Path.Combine(_folder.Path, "kustomization.yml"), overwrite: true);
        File.WriteAllText(Path.Combine(_folder.Path, "Amazon__ClientSecret"), "amzn1.oa2-cs.v1.secret\n");
        File.WriteAllText(Path.Combine(_folder.Path, "ConnectionStrings__Redis"), "redis.example.com:6380,ssl=true,password=secret\n");
        File.Copy(CertificateFile.Create(_folder.Path).Path, Path.Combine(_folder.Path, "keyring.pem"), overwrite: true);
        return Manifests.Of(_folder.Path).OfKind("Secret").ToDictionary(secret => secret.Text("metadata", "name"), secret => secret.Map("data"));
    }

    private IReadOnlyList<string> ProblemsOf(string folder, string? missing)
    {
        var root = Directory.CreateDirectory(Path.Combine(_folder.Path, "container")).FullName;
        var (manifests, secrets) = (Manifests.Of(folder), Secrets(folder));
        foreach (var (name, path) in manifests.SecretFolders)
        {
            Directory.CreateDirectory(root + path);
            foreach (var (file, content) in secrets[name].Where(file => file.Key != missing))
            {
                File.WriteAllBytes(Path.Combine(root + path, file), Convert.FromBase64String(content));
            }
        }

        var variables = manifests.Environment.Select(variable => KeyValuePair.Create(variable.Key, variable.Value[0] == '/' ? root + variable.Value : variable.Value));
        return DeployedSettings.ProblemsOf(variables, root + "/run/secrets");
    }
}
