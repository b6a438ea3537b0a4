using System.Text.RegularExpressions;
using BffBroker.Settings;
using Microsoft.Extensions.Options;

namespace BffBroker.Endpoints;

/// <summary>Name and domain of the session cookie and the public URL fit together, or browsers throw the cookie away and every login is lost.</summary>
internal sealed partial class CookieRules(string? publicUrl) : IValidateOptions<SessionOptions>
{
    public ValidateOptionsResult Validate(string? name, SessionOptions options)
    {
        var problems = new SettingProblems(SessionOptions.Section);
        var isShared = !string.IsNullOrEmpty(options.CookieDomain);
        if (isShared)
        {
            CheckDomain(problems, options.CookieDomain!);
        }

        if (options.CookieName is { } given && !(isShared ? OfDomain : OfHost).IsMatch(given))
        {
            problems.Add(nameof(options.CookieName), isShared
                ? "With Session:CookieDomain it must be '__Secure-' and 1 to 57 letters, digits, '_', '.' or '-': browsers keep '__Host-' cookies to one host. Leave it out for '__Secure-bff'."
                : "Must be '__Host-' and 1 to 57 letters, digits, '_', '.' or '-'; '__Secure-' is for Session:CookieDomain. Leave it out for '__Host-bff'.");
        }

        return problems.ToResult();
    }

    private void CheckDomain(SettingProblems problems, string domain)
    {
        const string key = nameof(SessionOptions.CookieDomain);
        if (!CookieDomain.IsValid(domain))
        {
            problems.Add(key, "Must be a host name of at least two labels, in punycode, without scheme, port, '*' or a dot in front, and no address, for example "
                + "'example.com'. Browsers take a cookie for no other domain; leave it out for a login of the public host alone.");
        }
        else if (Uri.TryCreate(publicUrl, UriKind.Absolute, out var url) && !CookieDomain.Covers(domain, url.IdnHost))
        {
            problems.Add(key, "Must be the host of Broker:PublicUrl or a parent of it: browsers take no cookie for another domain. With 'https://auth.example.com' it is "
                + "'auth.example.com' or 'example.com'.");
        }
        else if (url?.Scheme == Uri.UriSchemeHttp)
        {
            problems.Add(key, "Needs a Broker:PublicUrl of https: browsers take a '__Secure-' cookie over TLS only.");
        }
    }

    [GeneratedRegex(@"\A__Host-[A-Za-z0-9_.-]{1,57}\z")]
    private static partial Regex OfHost { get; }

    [GeneratedRegex(@"\A__Secure-[A-Za-z0-9_.-]{1,57}\z")]
    private static partial Regex OfDomain { get; }
}
