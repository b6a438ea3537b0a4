using System.Text.Json.Nodes;
using BffBroker.Tests.Gateways;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Deploy;

/// <summary>
/// A real nginx with what ingress-nginx makes of the shipped Ingresses, by its template: one location per path, and an inner one that asks the broker.
/// Its Lua modules are not there: so a path is not escaped where it is appended to the way to the login.
/// Controllers have a newer nginx, for which several headers of a name are one list.
/// </summary>
internal static class IngressNginx
{
    private const string Annotation = "nginx.ingress.kubernetes.io/";

    private const string AlwaysSet = """
        proxy_set_header Host $http_host;
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Host $http_host;
        proxy_set_header X-Forwarded-Port $server_port;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Scheme $scheme;
        proxy_set_header X-Scheme $scheme;
        proxy_set_header X-Original-Forwarded-For $http_x_forwarded_for;
        proxy_set_header Proxy "";
        proxy_set_header Upgrade $http_upgrade;
        proxy_http_version 1.1;
        """;

    /// <param name="backends">Addresses by what the Ingresses call them.</param>
    /// <param name="controller">The controller's ConfigMap, where it has any settings.</param>
    public static Task<RunningGateway> StartAsync(
        IEnumerable<JsonNode> ingresses, IReadOnlyDictionary<string, string> backends, JsonNode? controller = null)
    {
        var (folder, port) = (new TemporaryFolder(), Ports.Free());
        var locations = ingresses.SelectMany(ingress => ingress.Items("spec", "rules").SelectMany(rule => rule.Items("http", "paths"))
            .Select((path, number) => LocationsOf(path, ingress.Map("metadata", "annotations"), backends, $"{ingress.Text("metadata", "name")}{number}")));
        return RunningGateway.StartAsync(GatewayFiles.OfNginx(folder, port, $$"""
            access_log {{folder.Path}}/{{GatewayFiles.AccessLog}};
            map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
            {{controller?.Text("data", "http-snippet")}}
            server {
            listen 127.0.0.1:{{port}};
            server_name _;
            {{controller?.Text("data", "server-snippet")}}
            location / { return 404; }
            {{string.Join('\n', locations)}}
            }
            """));
    }

    private static string LocationsOf(JsonNode path, Dictionary<string, string> annotations, IReadOnlyDictionary<string, string> backends, string id)
    {
        var (own, inner) = ("", "");
        if (annotations.TryGetValue(Annotation + "auth-url", out var authUrl))
        {
            var url = new Uri(authUrl);
            (own, inner) = (AskingOf(annotations, id), $$"""
                location = /_external-auth-{{id}} {
                internal;
                proxy_pass_request_body off;
                proxy_pass_request_headers on;
                proxy_set_header Content-Length "";
                proxy_set_header X-Forwarded-Proto "";
                proxy_set_header Host {{url.Host}};
                proxy_set_header X-Original-URL $scheme://$http_host$request_uri;
                proxy_set_header X-Original-Method $request_method;
                proxy_set_header X-Real-IP $remote_addr;
                proxy_set_header X-Forwarded-For $remote_addr;
                proxy_set_header X-Auth-Request-Redirect $request_uri;
                proxy_pass http://{{backends[url.Authority]}}{{url.PathAndQuery}};
                }
                location @{{id}} { internal; return 302 {{SigninOf(annotations)}}; }
                """);
        }

        var matches = path.Text("pathType") == "Exact" ? new[] { $"= {path.Text("path")}" } : [$"= {path.Text("path")}", $"{path.Text("path")}/"];
        return inner + string.Concat(matches.Select(match =>
            $$"""

            location {{match}} {
            {{own}}{{AlwaysSet}}
            proxy_set_header Connection {{annotations.GetValueOrDefault(Annotation + "connection-proxy-header", "$connection_upgrade")}};
            proxy_buffer_size {{annotations.GetValueOrDefault(Annotation + "proxy-buffer-size", "4k")}};
            proxy_pass http://{{backends[path.Text("backend", "service", "name")]}};
            }
            """));
    }

    private static string AskingOf(Dictionary<string, string> annotations, string id) =>
        $"auth_request /_external-auth-{id};\nerror_page 401 = @{id};\n" + string.Concat(annotations[Annotation + "auth-response-headers"].Split(',').Select((header, number) =>
            $"auth_request_set $authHeader{number} $upstream_http_{header.Replace('-', '_').ToLowerInvariant()};\nproxy_set_header '{header}' $authHeader{number};\n"));

    private static string SigninOf(Dictionary<string, string> annotations)
    {
        var (signin, parameter) = (annotations[Annotation + "auth-signin"], annotations.GetValueOrDefault(Annotation + "auth-signin-redirect-param", "rd"));
        return $"{signin}{(signin.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{parameter}=$scheme://$http_host$request_uri";
    }
}
