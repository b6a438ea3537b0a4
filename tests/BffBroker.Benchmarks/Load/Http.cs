namespace BffBroker.Benchmarks.Load;

/// <summary>Whether a server answers.</summary>
internal static class Http
{
    public static async Task<bool> IsSuccessAsync(HttpClient http, Uri url)
    {
        try
        {
            using var answer = await http.GetAsync(url);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
