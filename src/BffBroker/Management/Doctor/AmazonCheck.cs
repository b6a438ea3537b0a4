using System.Diagnostics;
using BffBroker.Amazon;
using Microsoft.Extensions.Options;

namespace BffBroker.Management.Doctor;

/// <summary>Whether Amazon answers, and knows the client. No user is needed for that.</summary>
internal static class AmazonCheck
{
    // RFC 6749 6: the client is authenticated before its refresh token is looked at. This one was given to nobody.
    private const string NobodysToken = "Atzr|check";

    public static async Task<List<Finding>> RunAsync(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<AmazonOptions>>().Value;
        var endpoints = options.GetEndpoints();
        using var amazon = new AmazonProbe(options.Timeout, services.GetRequiredService<TimeProvider>());
        List<Finding> findings = [];
        switch (await RefreshAsync(amazon, endpoints.Token, options.ClientId, options.ClientSecret))
        {
            case AmazonReply.None(var reason):
                findings.Add(Finding.Outage(
                    $"Amazon: {PublicPartOf(endpoints.Token)} is out of reach: {reason} Nobody can log in or refresh.", "Check Amazon:ApiBaseUrl, DNS, and the firewall or proxy between."));
                break;

            case AmazonReply.Answer answer:
                findings.Add(answer.Content.Error == "invalid_client" && await IsPreviousGoodAsync(amazon, endpoints.Token, options)
                    ? Finding.Warning("Amazon: it rejects Amazon:ClientSecret, and accepts Amazon:PreviousClientSecret for as long as that lasts.", "Copy the secret from the security profile again.")
                    : Judge(answer.Content));
                if (answer.Date is { } date)
                {
                    findings.Add(ClockCheck.Compare("Amazon", date, answer.Sent, answer.Received));
                }

                break;

            default:
                throw new UnreachableException();
        }

        if (await amazon.GetAsync(endpoints.Authorization) is AmazonReply.None(var trouble))
        {
            findings.Add(Finding.Warning(
                $"Amazon: its login page at {PublicPartOf(new(endpoints.Authorization))} is out of reach from here: {trouble}", "Browsers must reach it, the broker need not. Check Amazon:AuthorizationEndpoint."));
        }

        return findings;
    }

    private static Finding Judge(AmazonAnswer answer) => answer switch
    {
        { Error: "invalid_grant" } => Finding.Ok("Amazon: it answers, and accepts Amazon:ClientId with Amazon:ClientSecret."),
        { Error: "invalid_client" or "unauthorized_client" } =>
            Finding.Problem($"Amazon: it rejects the client ({answer.Error}). Nobody can log in or refresh.", "Copy Amazon:ClientId and Amazon:ClientSecret from the security profile again."),
        { IsTransient: true } =>
            Finding.Warning($"Amazon: it answers {(int)answer.Status}, so that it cannot be seen whether it knows the client.", "This passes by itself; run this again later."),
        _ => Finding.Problem($"Amazon: its token endpoint answers {(int)answer.Status} in a way that LWA does not document.", "Check Amazon:ApiBaseUrl, and whether a proxy answers in Amazon's place."),
    };

    private static async Task<bool> IsPreviousGoodAsync(AmazonProbe amazon, Uri endpoint, AmazonOptions options) =>
        options.PreviousClientSecret is { Length: > 0 } previous
        && await RefreshAsync(amazon, endpoint, options.ClientId, previous) is AmazonReply.Answer { Content.Error: "invalid_grant" };

    private static Task<AmazonReply> RefreshAsync(AmazonProbe amazon, Uri endpoint, string clientId, string secret) => amazon.PostAsync(
        endpoint, [new("grant_type", "refresh_token"), new("refresh_token", NobodysToken), new("client_id", clientId), new("client_secret", secret)]);

    private static string PublicPartOf(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
