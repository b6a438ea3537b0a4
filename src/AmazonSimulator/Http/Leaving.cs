namespace AmazonSimulator;

/// <summary>When it is no use to wait any longer.</summary>
internal static class Leaving
{
    /// <summary>
    /// Cancelled when the caller hangs up, and when the host shuts down: that must not wait for an answer somebody asked to be slow.
    /// </summary>
    public static CancellationTokenSource Of(HttpContext http) => CancellationTokenSource.CreateLinkedTokenSource(
        http.RequestAborted, http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
}
