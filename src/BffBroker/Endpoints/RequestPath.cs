namespace BffBroker.Endpoints;

/// <summary>A request's path, as far as a log may show it.</summary>
internal static class RequestPath
{
    extension(HttpContext http)
    {
        /// <summary>
        /// Of an endpoint its pattern: in the place of <c>{id}</c> there may be a whole session handle or a user id. Where there is none, as for a
        /// wrong method, the first segment.
        /// </summary>
        public string LoggedPath => (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? Beginning(http.Request.Path.Value ?? "");
    }

    private static string Beginning(string path) =>
        path.IndexOf('/', Math.Min(1, path.Length)) is var end and >= 0 ? path[..end] + "/…" : path;
}
