using System.Globalization;
using BffBroker.Endpoints;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Rules;

/// <summary>Whoever gets an error finds its code in the page of endpoints.</summary>
public sealed class ErrorTableTests
{
    [Fact]
    public void The_table_of_errors_has_every_code_with_its_status_and_no_other() =>
        Documents.AssertHasJust(
            "docs/endpoints.md, Errors,",
            Problems.Codes.Select(code => string.Create(CultureInfo.InvariantCulture, $"{code} {Problems.Describe(code).Status}")),
            Documents.Table("docs/endpoints.md", "## Errors").SelectMany(Codes).Distinct()); // one code may have several causes

    // Several codes of a row have a status each, or one for all of them.
    private static IEnumerable<string> Codes(string[] row)
    {
        var (codes, statuses) = (Documents.Literals(row[0]), row[1].Split(", "));
        return codes.Select((code, i) => $"{code} {statuses[statuses.Length == codes.Count ? i : 0]}");
    }
}
