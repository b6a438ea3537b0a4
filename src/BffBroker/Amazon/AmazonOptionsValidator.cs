using BffBroker.OAuth;
using BffBroker.Settings;
using Microsoft.Extensions.Options;

namespace BffBroker.Amazon;

/// <summary>The rules that take two settings or a parser.</summary>
internal sealed class AmazonOptionsValidator : IValidateOptions<AmazonOptions>
{
    // What a sealed state of at most 3,000 characters has room for beside the longest return URL.
    private const int LongestScopeList = 500;

    public ValidateOptionsResult Validate(string? name, AmazonOptions options)
    {
        var problems = new SettingProblems(AmazonOptions.Section);
        CheckUrl(problems, options, nameof(options.AuthorizationEndpoint), options.AuthorizationEndpoint);
        CheckUrl(problems, options, nameof(options.ApiBaseUrl), options.ApiBaseUrl);

        for (var i = 0; i < options.Scopes.Count; i++)
        {
            if (!Scopes.IsValidName(options.Scopes[i].Name))
            {
                problems.Add($"Scopes:{i}:Name", "Must be printable ASCII without space, '+', '\"' or '\\', for example 'profile'.");
            }
        }

        if (options.Scopes.DistinctBy(scope => scope.Name).Count() < options.Scopes.Count)
        {
            problems.Add("Scopes", "The same name is there twice. Each scope has one entry.");
        }

        if (options.ScopesThatMayBeAsked.ToString().Length > LongestScopeList)
        {
            problems.Add("Scopes", $"All names together may have {LongestScopeList} characters. Remove those that nobody asks for.");
        }

        if (options.ScopesAtLogin.IsEmpty)
        {
            problems.Add("Scopes", "A login would ask for nothing. Leave AskAtLogin at true for one scope at least.");
        }

        return problems.ToResult();
    }

    private static void CheckUrl(SettingProblems problems, AmazonOptions options, string key, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return;
        }

        if (!Uri.TryCreate(value, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
        {
            problems.Add(key, "Must be an absolute https URL.");
        }
        else if (url.Query.Length > 0 || url.Fragment.Length > 0 || url.UserInfo.Length > 0)
        {
            problems.Add(key, "Must have no user, query or fragment.");
        }
        else if (url.Scheme == Uri.UriSchemeHttp && !url.IsLoopback && !options.AllowHttp)
        {
            problems.Add(key, "Must be https. For a simulator on another host, set Amazon:AllowHttp to true.");
        }
    }
}
