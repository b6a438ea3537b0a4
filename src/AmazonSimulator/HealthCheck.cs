namespace AmazonSimulator;

/// <summary><c>healthcheck URL</c> as the first arguments asks a simulator that runs there, for a container that has no other program.</summary>
internal static class HealthCheck
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>The exit code: 0 when its start page comes.</summary>
    public static async Task<int> RunAsync(string simulator)
    {
        if (!Uri.TryCreate(simulator, UriKind.Absolute, out var url))
        {
            await Console.Error.WriteLineAsync("Usage: dotnet AmazonSimulator.dll healthcheck http://localhost:9090");
            return 1;
        }

        using var http = new HttpClient { Timeout = LongestWait };
        try
        {
            using var response = await http.GetAsync(url);
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"No answer at {url.Authority}.");
            return 1;
        }
    }
}
