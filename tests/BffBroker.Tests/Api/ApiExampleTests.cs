using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using BffBroker.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace BffBroker.Tests.Api;

/// <summary>The configurations of docs/apis.md, as they stand there: only addresses and ids are replaced.</summary>
public sealed partial class ApiExampleTests
{
    [Fact]
    public async Task The_first_example_sends_calls_to_two_APIs()
    {
        await using var upstream = await UpstreamServer.StartAsync();
        await using var world = await World.StartAsync(Example(0, upstream.Url));

        Assert.Equal(HttpStatusCode.Unauthorized, (await world.GetAsync("/api/orders/7?full=true")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync("/api/catalogue/x")).StatusCode);
        await world.LogInAsync();
        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync("/api/orders/7?full=true")).StatusCode);

        Assert.Equal(["/api/catalogue/x", "/orders/7?full=true"], upstream.Requests.Select(request => request.Target));
        Assert.Equal([false, true], upstream.Requests.Select(request => request.Token is not null));
    }

    [Fact]
    public void The_environment_variables_say_the_same_as_the_first_example()
    {
        var text = Text.ReplaceLineEndings("\n");
        var block = text[(text.IndexOf("```\nReverseProxy__", StringComparison.Ordinal) + 4)..];
        var variables = block[..block.IndexOf("```", StringComparison.Ordinal)].Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0].Replace("__", ":", StringComparison.Ordinal), pair => pair[1]);

        Assert.Equal(Example(0, null).OrderBy(setting => setting.Key), variables.Select(pair => (pair.Key, pair.Value)).OrderBy(setting => setting.Key));
    }

    [Fact]
    public async Task The_example_of_Amazon_Ads_asks_for_its_scope_by_a_step_up_login_and_sends_its_header()
    {
        await using var upstream = await UpstreamServer.StartAsync();
        await using var world = await World.StartAsync([.. Example(1, upstream.Url).Where(setting => setting.Key != "Amazon:ClientId")]);
        foreach (var scope in new[] { "profile", "advertising::campaign_management" })
        {
            world.Amazon.Simulator.Clients.All[0].Scopes.Add(scope); // as Amazon approves a security profile
        }

        await world.LogInAsync();

        var problem = await (await world.GetAsync("/api/ads/v2/profiles")).AssertProblemAsync(HttpStatusCode.Forbidden, "insufficient_scope");
        Assert.Empty(upstream.Requests);
        var loginUrl = new Uri(problem.GetProperty("loginUrl").GetString()!);
        Assert.Equal("/login?scope=advertising%3A%3Acampaign_management", loginUrl.PathAndQuery);
        await world.LogInAsync(loginUrl.PathAndQuery + "&returnUrl=%2Fads");
        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync("/api/ads/v2/profiles")).StatusCode);

        Assert.Equal("/v2/profiles", upstream.Last.Target);
        Assert.StartsWith("amzn1.application-oa2-client.", upstream.Last.Header("Amazon-Advertising-API-ClientId"), StringComparison.Ordinal);
        Assert.StartsWith("Bearer Atza|", upstream.Last.Token, StringComparison.Ordinal);
        Assert.False(upstream.Last.Headers.ContainsKey("Cookie"));
    }

    private static string Text => File.ReadAllText(Path.Combine(Sources.Root, "docs/apis.md"));

    private static (string Key, string Value)[] Example(int number, Uri? upstream)
    {
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(JsonBlock.Matches(Text)[number].Groups[1].Value.Replace("…", "x", StringComparison.Ordinal)));
        return
        [
            .. from setting in new ConfigurationBuilder().AddJsonStream(json).Build().AsEnumerable()
               where setting.Value is not null
               select (setting.Key, upstream is not null && setting.Key.EndsWith(":Address", StringComparison.Ordinal) ? upstream.ToString() : setting.Value),
        ];
    }

    [GeneratedRegex("```json\r?\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock { get; }
}
