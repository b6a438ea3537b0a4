namespace AmazonSimulator;

/// <summary>Reads the forms of the pages.</summary>
internal static class PageForm
{
    /// <summary>Null for a post that a foreign page caused, and for what is no form.</summary>
    public static async Task<IFormCollection?> ReadAsync(HttpContext http, CancellationToken cancellationToken)
    {
        if (SameOrigin.IsForeign(http.Request) || !http.Request.HasFormContentType)
        {
            return null;
        }

        try
        {
            return await http.Request.ReadFormAsync(cancellationToken);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
