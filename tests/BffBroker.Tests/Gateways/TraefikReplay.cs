using System.Text.RegularExpressions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Gateways;

/// <summary>
/// What Traefik does with a request by its documentation of ForwardAuth and of headers, as the shipped file tells it to; Traefik itself is not run.
/// </summary>
internal sealed partial class TraefikReplay(World world, ShippedFile file)
{
    private static readonly string[] HopByHop = ["Connection", "Keep-Alive", "TE", "Trailers", "Transfer-Encoding", "Upgrade"];

    private readonly Regex _fromTheAnswer = new(Only(ResponseHeaders, file.Text));
    private readonly string _address = Only(Address, file.Text);

    /// <summary>The paths of the router that leads to the broker: those that end with a slash with all below.</summary>
    public IEnumerable<string> BrokerPaths => BrokerPath.Matches(Only(BrokerRule, file.Text)).Select(match => match.Groups[1].Value);

    public bool TakesFromAnswer(string header) => _fromTheAnswer.IsMatch(header);

    /// <summary>The broker's answer where it is none of 2xx, as Traefik gives it to the client; or the headers of the request that goes on.</summary>
    public async Task<(HttpResponseMessage? Answer, List<(string Name, string Value)> Upstream)> SendAsync(
        string method, string uri, IEnumerable<(string Name, string Value)> headers, string proto = "http")
    {
        var request = Apply(Middleware("gateway-key"), WithCookies(headers));
        List<(string Name, string Value)> question = [.. request.Where(header => !HopByHop.Contains(header.Name) && !IsForwarded(header.Name))];
        question.AddRange([("X-Forwarded-Method", method), ("X-Forwarded-Proto", proto), ("X-Forwarded-Host", BrokerServer.Authority), ("X-Forwarded-Uri", uri), ("X-Forwarded-For", "203.0.113.9")]);
        Assert.StartsWith("http://broker:8080/", _address, StringComparison.Ordinal);

        var answer = await world.Browser.SendAsync(HttpMethod.Get, World.At(new Uri(_address).PathAndQuery), headers: question);
        if (!answer.IsSuccessStatusCode)
        {
            return (answer, []);
        }

        var upstream = request.Where(header => !TakesFromAnswer(header.Name))
            .Concat(answer.Headers.Where(header => TakesFromAnswer(header.Key)).SelectMany(header => header.Value, (header, value) => (header.Key, value)));
        return (null, Apply(Middleware("nothing-of-the-broker"), upstream));
    }

    // A custom header that is empty takes the request's off.
    private static List<(string Name, string Value)> Apply(IReadOnlyDictionary<string, string> customs, IEnumerable<(string Name, string Value)> headers) =>
    [
        .. headers.Where(header => !customs.ContainsKey(header.Name)),
        .. customs.Where(custom => custom.Value.Length > 0).Select(custom => (custom.Key, custom.Value)),
    ];

    private static bool IsForwarded(string name) => name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase);

    private IEnumerable<(string Name, string Value)> WithCookies(IEnumerable<(string Name, string Value)> headers) =>
        world.Browser.Cookie(BrokerServer.PublicUrl, "__Host-bff") is { } cookie ? headers.Append(("Cookie", $"__Host-bff={cookie}; a=1")) : headers;

    private IReadOnlyDictionary<string, string> Middleware(string name)
    {
        Assert.True(name == "gateway-key" || file.Text.Contains($"        - {name}\n", StringComparison.Ordinal));
        var block = Regex.Match(file.Text, $"^    {name}:\n      headers:\n        customRequestHeaders:\n((?:          .*\n)+)", RegexOptions.Multiline);
        return CustomHeader.Matches(block.Groups[1].Value).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value, StringComparer.OrdinalIgnoreCase);
    }

    private static string Only(Regex pattern, string text) => Assert.Single(pattern.Matches(text)).Groups[1].Value;

    [GeneratedRegex("^        authResponseHeadersRegex: \"(.*)\"$", RegexOptions.Multiline)]
    private static partial Regex ResponseHeaders { get; }

    [GeneratedRegex("^        address: \"(.*?)\"", RegexOptions.Multiline)]
    private static partial Regex Address { get; }

    [GeneratedRegex("^    broker:\n      rule: \"(.*)\"$", RegexOptions.Multiline)]
    private static partial Regex BrokerRule { get; }

    [GeneratedRegex("Path(?:Prefix)?\\(`(.*?)`\\)")]
    private static partial Regex BrokerPath { get; }

    [GeneratedRegex("^          ([A-Za-z-]+): \"(.*)\"$", RegexOptions.Multiline)]
    private static partial Regex CustomHeader { get; }
}
