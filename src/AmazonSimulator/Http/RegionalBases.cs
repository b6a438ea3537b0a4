namespace AmazonSimulator;

/// <summary>North America, Europe and Far East are three hosts at Amazon and three path prefixes here, before one shared state.</summary>
internal static class RegionalBases
{
    private static readonly string[] Prefixes = ["/na", "/eu", "/fe"];

    public static void UseRegionalBases(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        foreach (var prefix in Prefixes)
        {
            if (http.Request.Path.StartsWithSegments(prefix, StringComparison.Ordinal, out var rest))
            {
                http.Request.PathBase += prefix;
                http.Request.Path = rest.HasValue ? rest : "/";
                break;
            }
        }

        return next(http);
    });
}
