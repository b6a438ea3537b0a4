using System.Security.Cryptography.X509Certificates;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Settings;

public sealed class ConfigurationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_problem_is_told_at_once_with_its_key_and_the_exit_code_is_78()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Amazon:Timeout"] = "canary",
            ["Amazon:Region"] = "canary",
            ["Amazon:ClientId"] = "trailing space ",
            ["Amazon:Scopes:0:Name"] = "two words",
            ["Amazon:Scopes:0:Essential"] = "canary",
            ["Amazon:ApiBaseUrl"] = "http://api.example.com",
            ["Broker:PublicUrl"] = "http://app.example.com/?two-problems",
            ["Broker:AllowedOrigins:0"] = "https://app.example.com/path",
            ["Broker:ReturnOrigins:0"] = "canary",
            ["Broker:TrustedProxies:0"] = "10.0.0.0/8",
            ["Broker:TrustedProxies:1"] = "canary",
            ["RateLimit:LoginsPerMinute"] = "0",
            ["ConnectionStrings:Redis"] = "redis:6379,password=canary,connectTimeout=canary",
            ["Redis:KeyPrefix"] = "{canary}",
            ["Redis:Timeout"] = "1.00:00:00",
            ["Session:Lifetime"] = "-00:00:01",
            ["Session:IdleTimeout"] = "8",
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:99999",
            ["Session:CookieName"] = "no-prefix",
            ["Session:CookieDomain"] = "canary",
            ["Session:PerUser"] = "0",
            ["Session:PersistentCookie"] = "canary",
            ["Gateway:PassAccessToken"] = "canary",
            ["Gateway:Key"] = "canary-of-less-than-32",
            ["Gateway:AllowedUsers:1"] = " ",
            ["Management:AdminKey"] = "canary-of-less-than-32",
            ["KeyRing:CertificateFile"] = "/nonexistent/canary.pem",
            ["Management:Url"] = "https://+:8081",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "canary:4317",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "canary",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "x-key=1,canary",
            ["Amazon:SendTraceContext"] = "canary",
        };

        foreach (var arguments in new[] { Array.Empty<string>(), ["check"] })
        {
            var (exitCode, output) = await BrokerProcess.RunAsync(settings, arguments);

            Assert.Equal(78, exitCode);
            string[] keys =
            [
                "Amazon:ClientId", "Amazon:ClientSecret", "Amazon:Timeout", "Amazon:Region", "Amazon:Scopes:0:Name", "Amazon:Scopes:0:Essential", "Amazon:ApiBaseUrl",
                "Broker:PublicUrl", "Broker:AllowedOrigins:0", "Broker:ReturnOrigins:0", "Broker:TrustedProxies:1", "RateLimit:LoginsPerMinute",
                "ConnectionStrings:Redis", "Redis:KeyPrefix", "Redis:Timeout", "Session:Lifetime", "Session:IdleTimeout", "ASPNETCORE_URLS",
                "Session:CookieName", "Session:CookieDomain", "Session:PerUser", "Session:PersistentCookie", "KeyRing:CertificateFile", "Management:Url", "Management:AdminKey",
                "Gateway:PassAccessToken", "Gateway:Key", "Gateway:AllowedUsers:0", "Amazon:SendTraceContext",
                "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_HEADERS",
            ];
            var told = output.Split("\n- ").Skip(1).Select(problem => problem.Split(": ")[0]).ToList();
            Assert.Equal([.. keys.Append("Broker:PublicUrl").Order()], told.Order()); // which has two problems
            Assert.DoesNotContain("canary", output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Serilog:WriteTo:0:Args:rollingInterval", "Sometimes")]
    [InlineData("Serilog:WriteTo:0:Args:fileSizeLimitBytes", "many")]
    [InlineData("Serilog:WriteTo:0:Args:fileSizeLimitBytes", "99999999999999999999", "Serilog")]
    [InlineData("Serilog:WriteTo:0:Args:restrictedToMinimumLevel", "Loud")]
    public async Task A_setting_of_a_log_sink_that_cannot_be_read_is_told_with_its_key(string key, string value, string? told = null)
    {
        var (exitCode, output) = await CheckAsync(("Serilog:WriteTo:0:Name", "File"), ("Serilog:WriteTo:0:Args:path", Path.Combine(_folder.Path, "log")), (key, value));

        Assert.Equal(78, exitCode);
        Assert.Contains($"- {told ?? key}: ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Kestrel:Endpoints:https:Certificate", "server.pfx", null, ":")]
    [InlineData("Kestrel:Endpoints:https:Sni:localhost:Certificate", "server.pfx", null, ":")]
    [InlineData("Kestrel:Certificates:Default", "server.pfx", null, ":")]
    [InlineData("Kestrel:Certificates:Default", "missing.pfx", null, ":Path:")]
    [InlineData("Kestrel:Certificates:Default", "server.pem", "other.pem", ":")]
    [InlineData("Kestrel:Certificates:Default", "server.pem", "missing.pem", ":KeyPath:")]
    public async Task A_certificate_of_the_listener_that_cannot_be_loaded_is_told_with_its_key_and_without_its_password(string key, string file, string? keyFile, string told)
    {
        var (certificate, other) = (CertificateFile.Create(_folder.Path), CertificateFile.Create(_folder.Path));
        File.WriteAllBytes(Path.Combine(_folder.Path, "server.pfx"), certificate.Certificate.Export(X509ContentType.Pfx, "right"));
        File.WriteAllText(Path.Combine(_folder.Path, "server.pem"), certificate.Certificate.ExportCertificatePem());
        File.Copy(other.Path, Path.Combine(_folder.Path, "other.pem"));
        (string, string?)[] settings = [("Kestrel:Endpoints:https:Url", "https://127.0.0.1:0"), ($"{key}:Path", Path.Combine(_folder.Path, file)), ($"{key}:Password", "canary")];

        var (exitCode, output) = await CheckAsync(keyFile is null ? settings : [.. settings, ($"{key}:KeyPath", Path.Combine(_folder.Path, keyFile))]);

        Assert.Equal(78, exitCode);
        Assert.Contains($"- {key}{told} ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Serilog_section_that_makes_no_sense_is_a_problem_like_any_other()
    {
        var (exitCode, output) = await CheckAsync(("Serilog:MinimumLevel:Default", "Loud"));

        Assert.Equal(78, exitCode);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Management:Url", "http://127.0.0.1:808l")]
    [InlineData("Management:Url", "http://127.0.0.l:8081")]
    [InlineData("Management:Url", "http://management:8081")]
    [InlineData("ASPNETCORE_URLS", "http://127.0.0.1:808o")]
    public async Task An_address_that_the_server_would_take_for_all_interfaces_is_a_problem(string key, string address)
    {
        var (exitCode, output) = await CheckAsync((key, address));

        Assert.Equal(78, exitCode);
        Assert.Contains($"- {key}: Must be", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Access_tokens_are_passed_to_no_gateway_without_a_key(string? key)
    {
        var (exitCode, output) = await CheckAsync(("Gateway:PassAccessToken", "true"), ("Gateway:Key", key));

        Assert.Equal(78, exitCode);
        Assert.Contains("- Gateway:Key: Required", output, StringComparison.Ordinal);
    }

    /// <summary>The framework's binder takes it for an empty list: of allowed users, that is everybody.</summary>
    [Theory]
    [InlineData("Gateway:AllowedUsers", "amzn1.account.AEXAMPLE")]
    [InlineData("Broker:TrustedProxies", "10.1.2.3")]
    [InlineData("Broker:ReturnOrigins", "https://wiki.example.com")]
    [InlineData("Amazon:Scopes", "profile")]
    [InlineData("KeyRing:PreviousCertificateFiles", "/run/secrets/old.pem")]
    public async Task A_list_that_is_written_as_one_text_is_a_problem_and_not_an_empty_list(string key, string text)
    {
        var (exitCode, output) = await CheckAsync((key, text));

        Assert.Equal(78, exitCode);
        Assert.Contains($"- {key}: Must be a list", output, StringComparison.Ordinal);
    }

    /// <summary>Each lets everybody in where it is left out, and a mistake must not do the same.</summary>
    [Theory]
    [InlineData("Gateway:AllowedUsers", "")]
    [InlineData("AllowedHosts", "")]
    [InlineData("AllowedHosts", ";")]
    [InlineData("AllowedHosts", "app.example.com", ":0")]
    public async Task A_list_that_lets_everybody_in_by_its_absence_must_not_be_there_without_an_entry(string key, string text, string number = "")
    {
        var (exitCode, output) = await CheckAsync((key + number, text));

        Assert.Equal(78, exitCode);
        Assert.Contains($"- {key}: Has no entry, which would let everybody in.", output, StringComparison.Ordinal);
    }

    /// <inheritdoc cref="A_list_that_lets_everybody_in_by_its_absence_must_not_be_there_without_an_entry"/>
    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("\"\"")]
    public async Task Nor_may_it_in_a_file(string json)
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder.Path, "appsettings.json"), $$"""{ "Gateway": { "AllowedUsers": {{json}} }, "AllowedHosts": {{json}} }""", TestContext.Current.CancellationToken);

        var (exitCode, output) = await CheckAsync(("ASPNETCORE_CONTENTROOT", _folder.Path));

        Assert.Equal(78, exitCode);
        Assert.All(["Gateway:AllowedUsers", "AllowedHosts"], key => Assert.Contains($"- {key}: Has no entry, which would let everybody in.", output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://0.0.0.0:8081")]
    [InlineData("http://[::1]:8081")]
    [InlineData("http://LOCALHOST:8081")]
    [InlineData("http://*:8081")]
    [InlineData("http://+:8081")]
    public async Task The_management_listener_may_be_told_where_to_listen(string address)
    {
        var (exitCode, output) = await CheckAsync(("Management:Url", address));

        Assert.True(exitCode == 0, output);
    }

    [Theory]
    [InlineData("ASPNETCORE_URLS")]
    [InlineData("Management:Url")]
    public async Task A_port_in_use_is_one_clear_message(string key)
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var settings = BrokerProcess.Settings(new("http://127.0.0.1:1"), "127.0.0.1:1", "x:", _folder.Path);
        settings["ASPNETCORE_URLS"] = settings["Management:Url"] = "http://127.0.0.1:0";
        settings[key] = $"http://{listener.LocalEndpoint}";

        var (exitCode, output) = await BrokerProcess.RunAsync(settings);

        Assert.Equal(1, exitCode);
        Assert.Contains("address already in use", output, StringComparison.Ordinal);
        Assert.Contains(key.Replace(":", "__", StringComparison.Ordinal), output, StringComparison.Ordinal);
        Assert.DoesNotContain("AddressInUseException", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_good_configuration_is_told_from_servers_that_are_away()
    {
        var (exitCode, output) = await CheckAsync();

        Assert.Equal(0, exitCode);
        Assert.Contains("ok       The configuration is valid.", output, StringComparison.Ordinal);
        Assert.Contains("outage   Redis: ", output, StringComparison.Ordinal);
        Assert.DoesNotContain(AmazonSimulator.SimulatedClient.DefaultSecret, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Outside_Development_Redis_and_a_certificate_are_required()
    {
        var (exitCode, output) = await BrokerProcess.RunAsync(BrokerServer.Settings(new("http://127.0.0.1:1")), "check");

        Assert.Equal(78, exitCode);
        Assert.Contains("- ConnectionStrings:Redis: Required", output, StringComparison.Ordinal);
        Assert.Contains("- KeyRing:CertificateFile: Required", output, StringComparison.Ordinal);
        Assert.Contains("openssl req", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_may_come_as_a_file()
    {
        var secrets = Directory.CreateDirectory(Path.Combine(_folder.Path, "secrets")).FullName;
        Assert.Equal(78, (await CheckAsync(("Amazon:ClientSecret", null), ("Secrets:Directory", secrets))).ExitCode);

        await File.WriteAllTextAsync(Path.Combine(secrets, "Amazon__ClientSecret"), "secret\n", TestContext.Current.CancellationToken);
        Assert.Equal(0, (await CheckAsync(("Amazon:ClientSecret", null), ("Secrets:Directory", secrets))).ExitCode);
    }

    /// <summary>Of a configuration that is good but for these changes; null takes a key out.</summary>
    private Task<(int ExitCode, string Output)> CheckAsync(params (string Key, string? Value)[] changes)
    {
        var settings = BrokerProcess.Settings(new("http://127.0.0.1:1"), "127.0.0.1:1", "x:", _folder.Path);
        foreach (var (key, value) in changes)
        {
            settings[key] = value;
        }

        return BrokerProcess.RunAsync(settings, "check");
    }
}
