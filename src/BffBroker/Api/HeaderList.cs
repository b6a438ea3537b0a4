namespace BffBroker.Api;

/// <summary>The members of a header that is a comma-separated list (RFC 9110 5.6.1); a comma in a quoted string separates nothing.</summary>
internal static class HeaderList
{
    /// <summary>Null where a quoted string has no end: nobody knows what such a header means.</summary>
    public static List<string>? Parse(IEnumerable<string?> headers)
    {
        var members = new List<string>();
        foreach (var header in headers)
        {
            if (!TryAdd(members, header ?? ""))
            {
                return null;
            }
        }

        return members;
    }

    /// <summary>The name of <c>name</c> or <c>name=value</c>.</summary>
    public static string NameOf(string member) => member.IndexOf('=', StringComparison.Ordinal) is var at and >= 0 ? member[..at].TrimEnd() : member;

    private static bool TryAdd(List<string> members, string header)
    {
        var (begin, isQuoted) = (0, false);
        for (var i = 0; i <= header.Length; i++)
        {
            if (i == header.Length || (header[i] == ',' && !isQuoted))
            {
                if (header[begin..i].Trim() is { Length: > 0 } member)
                {
                    members.Add(member);
                }

                begin = i + 1;
            }
            else if (header[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (header[i] == '\\' && isQuoted)
            {
                i = Math.Min(i + 1, header.Length - 1);
            }
        }

        return !isQuoted;
    }
}
