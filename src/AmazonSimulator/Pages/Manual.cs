namespace AmazonSimulator;

/// <summary>The chapters of the start page that are made of commands.</summary>
internal static class Manual
{
    public static Html LoginByCurl(string origin, SimulatedClient? client) => Html.Of($"""
        <h2>A login by curl</h2>
        <p>The forms have fixed fields: <code>arb</code> and <code>customer</code> at <code>/ap/signin</code>; <code>arb</code>,
        <code>decision</code> (<code>approve</code> or <code>cancel</code>) and one <code>scope</code> for each voluntary scope at
        <code>/ap/consent</code>. A cookie remembers who is signed in.</p>
        <pre tabindex="0">arb=$(curl -s -G -c jar -d client_id={client?.Id} \
          -d scope=profile -d response_type=code -d state=s1 -d redirect_uri={client?.RedirectUris.FirstOrDefault()} \
          {origin}/ap/oa | sed -n 's/.*name="arb" value="\([^"]*\)".*/\1/p')
        curl -s -b jar -c jar -d "arb=$arb" -d customer=ada {origin}/ap/signin
        curl -s -b jar -o /dev/null -w '%{"{redirect_url}"}\n' -d "arb=$arb" -d decision=approve {origin}/ap/consent</pre>
        <p>The last command prints the redirect with the code. Without any page: set <code>autoApprove</code> to a customer.</p>
        """);

    public static Html Control(string origin) => Html.Of($$"""
        <h2>Control</h2>
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
        <p>Operations: {{string.Join(", ", Operation.All.Select(operation => operation.Name))}}.<br>
        Faults: {{string.Join(", ", FaultNames.All)}}.</p>
        <ul>
        <li><a href="{{origin}}/simulator/settings">Settings</a></li>
        <li><a href="{{origin}}/simulator/faults">Faults</a></li>
        <li><a href="{{origin}}/simulator/customers">Customers</a></li>
        <li><a href="{{origin}}/simulator/clients">Clients</a></li>
        <li><a href="{{origin}}/simulator/calls">Calls</a></li>
        </ul>
        """);

    public static Html Settings()
    {
        var rows = Html.Join(SettingsControl.All.Select(setting => Html.Of($"""
            <tr><th scope="row"><code>{setting.Name}</code></th><td>{setting.Description}</td></tr>
            """)));
        return Html.Of($"""
            <h2>Settings</h2>
            <table><caption>Also from the configuration, as <code>Simulator:Settings:Name</code></caption>
            <thead><tr><th scope="col">Name</th><th scope="col">What it does</th></tr></thead>
            <tbody>{rows}</tbody></table>
            """);
    }
}
