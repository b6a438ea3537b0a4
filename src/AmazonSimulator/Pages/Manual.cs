namespace AmazonSimulator;

/// <summary>The chapters of the start page.</summary>
internal static class Manual
{
    public static Html Endpoints(string origin) => Html.Of($"""
        <section id="endpoints" aria-labelledby="endpoints-title">
        <h2 id="endpoints-title">Endpoints</h2>
        <dl class="wide">
        <div><dt><code>GET {origin}/ap/oa</code></dt><dd>authorization request</dd></div>
        <div><dt><code>POST {origin}/auth/o2/token</code></dt><dd>code exchange and refresh</dd></div>
        <div><dt><code>GET {origin}/auth/o2/tokeninfo</code></dt><dd>token check</dd></div>
        <div><dt><code>GET {origin}/user/profile</code></dt><dd>customer profile</dd></div>
        </dl>
        </section>
        """);

    public static Html Clients(IEnumerable<SimulatedClient> clients)
    {
        var rows = Html.Join(clients.Select(client => Html.Of($"""
            <dl>
            <div><dt>Client id</dt><dd><code>{client.Id}</code></dd></div>
            <div><dt>Company</dt><dd>{client.Company}</dd></div>
            <div><dt>Redirect URIs</dt><dd>{Html.Join(client.RedirectUris.Select(uri => Html.Of($"<code>{uri}</code><br>")))}</dd></div>
            </dl>
            """)));
        return Html.Of($"""
            <section id="clients" aria-labelledby="clients-title">
            <h2 id="clients-title">Clients</h2>
            {rows}
            <p>The secret of the client that is there by default:</p>
            <pre tabindex="0">{SimulatedClient.DefaultSecret}</pre>
            </section>
            """);
    }

    public static Html LoginByCurl(string origin, SimulatedClient? client) => Html.Of($"""
        <section id="curl" aria-labelledby="curl-title">
        <h2 id="curl-title">A login by curl</h2>
        <p>The forms have fixed fields: <code>arb</code> and <code>customer</code> at <code>/ap/signin</code>; <code>arb</code>,
        <code>decision</code> (<code>approve</code> or <code>cancel</code>) and one <code>scope</code> for each voluntary scope at
        <code>/ap/consent</code>. A cookie remembers who is signed in.</p>
        <pre tabindex="0">arb=$(curl -s -G -c jar -d client_id={client?.Id} \
          -d scope=profile -d response_type=code -d state=s1 -d redirect_uri={client?.RedirectUris.FirstOrDefault()} \
          {origin}/ap/oa | sed -n 's/.*name="arb" value="\([^"]*\)".*/\1/p')
        curl -s -b jar -c jar -d "arb=$arb" -d customer=ada {origin}/ap/signin
        curl -s -b jar -o /dev/null -w '%{"{redirect_url}"}\n' -d "arb=$arb" -d decision=approve {origin}/ap/consent</pre>
        <p>The last command prints the redirect with the code. Without any page: set <code>autoApprove</code> to a customer.</p>
        </section>
        """);

    public static Html Control(string origin) => Html.Of($$"""
        <section id="control" aria-labelledby="control-title">
        <h2 id="control-title">Control</h2>
        <p>For scripts and for pages of this origin; other web pages are refused. Durations are seconds.</p>
        <pre tabindex="0"># Settings: what there is, and how to change some of them
        curl {{origin}}/simulator/settings
        curl --json '{"tokenLifetime":60,"refreshMode":"NewTokenOldDies","autoApprove":"ada"}' {{origin}}/simulator/settings

        # Faults: for the next calls (times), or for all until it is cleared (always)
        curl {{origin}}/simulator/faults
        curl --json '{"operation":"token:refresh_token","fault":"reset","afterProcessing":true,"times":2}' {{origin}}/simulator/faults
        curl --json '{"operation":"profile","fault":"slow","seconds":5,"always":true}' {{origin}}/simulator/faults
        curl -X DELETE {{origin}}/simulator/faults

        # The customer removes the app at Amazon
        curl {{origin}}/simulator/customers
        curl -X POST {{origin}}/simulator/customers/ada/revoke

        # Put the clock forward
        curl --json '{"advance":301}' {{origin}}/simulator/clock

        # A new client secret, the old one still good; then the end of the old one
        curl -X POST {{origin}}/simulator/clients/CLIENT_ID/secret
        curl -X DELETE {{origin}}/simulator/clients/CLIENT_ID/previous-secret
        curl --json '{"uri":"http://localhost:3000/callback"}' {{origin}}/simulator/clients/CLIENT_ID/redirect-uris

        # What was called, and a clean slate
        curl {{origin}}/simulator/calls
        curl -X DELETE {{origin}}/simulator/calls
        curl -X POST {{origin}}/simulator/reset</pre>
        <dl>
        <div><dt>Operations</dt><dd>{{string.Join(", ", Operation.All.Select(operation => operation.Name))}}</dd></div>
        <div><dt>Faults</dt><dd>{{string.Join(", ", FaultNames.All)}}</dd></div>
        </dl>
        <p>As they are now:</p>
        <ul class="contents">
        <li><a href="{{origin}}/simulator/settings">Settings</a></li>
        <li><a href="{{origin}}/simulator/faults">Faults</a></li>
        <li><a href="{{origin}}/simulator/customers">Customers</a></li>
        <li><a href="{{origin}}/simulator/clients">Clients</a></li>
        <li><a href="{{origin}}/simulator/calls">Calls</a></li>
        </ul>
        </section>
        """);

    public static Html Settings()
    {
        var rows = Html.Join(SettingsControl.All.Select(setting => Html.Of($"""
            <div><dt><code>{setting.Name}</code></dt><dd>{setting.Description}</dd></div>
            """)));
        return Html.Of($"""
            <section id="settings" aria-labelledby="settings-title">
            <h2 id="settings-title">Settings</h2>
            <p>Also from the configuration, as <code>Simulator:Settings:Name</code>.</p>
            <dl>{rows}</dl>
            </section>
            """);
    }
}
