namespace BffBroker.Endpoints;

/// <summary>What a browser calls itself, as far as it is kept: a client decides what it says, and not how much of it is stored or shown.</summary>
internal static class UserAgent
{
    private const int Longest = 256;

    public static string? Of(HttpRequest request)
    {
        var kept = string.Concat(request.Headers.UserAgent.ToString().Where(character => character is >= ' ' and <= '~').Take(Longest)).Trim();
        return kept.Length > 0 ? kept : null;
    }
}
