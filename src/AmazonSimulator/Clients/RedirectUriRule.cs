using System.Text;

namespace AmazonSimulator;

/// <summary>Which redirect URIs the developer console lets through.</summary>
internal static class RedirectUriRule
{
    public const string Text = "It has to be an absolute https URL in ASCII without a fragment; http is for localhost alone (not 127.0.0.1).";

    public static bool MayBeRegistered(string uri) =>
        Ascii.IsValid(uri) && Uri.TryCreate(uri, UriKind.Absolute, out var parsed)
        && parsed.Fragment.Length == 0
        && !uri.Contains('#', StringComparison.Ordinal)
        && (parsed.Scheme == Uri.UriSchemeHttps || (parsed.Scheme == Uri.UriSchemeHttp && parsed.Host == "localhost"));
}
