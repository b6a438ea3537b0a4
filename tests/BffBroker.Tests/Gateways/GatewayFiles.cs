using System.Globalization;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>The shipped configuration at its place for one run, and the commands that check it and run it.</summary>
/// <param name="Program">Its path.</param>
internal sealed record GatewayFiles(string Program, string[] Check, string[] Run, Uri Url, TemporaryFolder Folder)
{
    public const string AccessLog = "access.log";

    public static GatewayFiles Write(GatewayProgram program, GatewaySite site) => program == GatewayProgram.Nginx ? OfNginx(site) : OfCaddy(site);

    /// <summary>An nginx on this port for what belongs into the http block of a system's nginx.conf. This one has the paths that Debian's leaves to root.</summary>
    public static GatewayFiles OfNginx(TemporaryFolder folder, int port, string http)
    {
        var temporary = string.Concat(
            new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(kind => $"{kind}_temp_path {folder.Path}/{kind};\n"));
        var main = $$"""
            {{(Environment.UserName == "root" ? "user root;" : "")}}
            daemon off;
            worker_processes 2;
            pid {{folder.Path}}/nginx.pid;
            error_log {{folder.Path}}/error.log;
            events {}
            http {
            types { text/html html; }
            {{temporary}}
            include {{folder.Path}}/bffbroker.conf;
            }
            """;
        File.WriteAllText(Path.Combine(folder.Path, "bffbroker.conf"), http);
        File.WriteAllText(Path.Combine(folder.Path, "nginx.conf"), main);
        string[] command = ["-p", folder.Path, "-e", $"{folder.Path}/error.log", "-c", $"{folder.Path}/nginx.conf"];
        return new(FindNginx(), ["-t", .. command], command, UrlAt(port), folder);
    }

    private static GatewayFiles OfNginx(GatewaySite site)
    {
        var (folder, port, redirectPort) = (new TemporaryFolder(), Ports.Free(), Ports.Free());
        var file = ShippedFile.Read("nginx/bffbroker.conf")
            .With("listen 80;", $"listen 127.0.0.1:{redirectPort};")
            .With("listen 443 ssl;", $"listen 127.0.0.1:{port};")
            .With("/var/log/nginx/access.log", Path.Combine(folder.Path, AccessLog))
            .With("ssl_certificate     /etc/ssl/app.example.com.pem;", "")
            .With("ssl_certificate_key /etc/ssl/app.example.com.key;", "")
            .With("app.example.com", "localhost");
        return OfNginx(folder, port, At(site, file));
    }

    // It gets no certificate, and leaves alone the administration port that another Caddy of this machine may have.
    private static GatewayFiles OfCaddy(GatewaySite site)
    {
        var (folder, port) = (new TemporaryFolder(), Ports.Free());
        var file = ShippedFile.Read("caddy/Caddyfile")
            .With("\n{\n", $"\n{{\n\tadmin off\n\tauto_https off\n\tstorage file_system {folder.Path}\n")
            .With("\n{$SITE:app.example.com} {\n", $"\nhttp://:{port} {{\n\tbind 127.0.0.1\n");
        var path = Path.Combine(folder.Path, "Caddyfile");
        File.WriteAllText(path, At(site, file));
        string[] configuration = ["--config", path, "--adapter", "caddyfile"];
        return new(Programs.Require("caddy", "a real gateway"), ["validate", .. configuration], ["run", .. configuration], UrlAt(port), folder);
    }

    private static string At(GatewaySite site, ShippedFile file)
    {
        file.With("broker:8080", site.Broker).With("service:8080", site.Service).With("/srv/spa", $"{site.Files}/spa").With("/srv/members", $"{site.Files}/members");
        return (site.Key is null ? file : file.WithToken(site.Key)).Text;
    }

    // Debian has it where only root's PATH leads.
    private static string FindNginx() => File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : Programs.Require("nginx", "a real gateway");

    private static Uri UrlAt(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
}
