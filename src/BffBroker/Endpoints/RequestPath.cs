using BffBroker.Sessions;

namespace BffBroker.Endpoints;

/// <summary>A request's path, as far as a log may show it.</summary>
internal static class RequestPath
{
    extension(HttpContext http)
    {
        /// <summary>
        /// Of an endpoint its pattern: in the place of <c>{id}</c> there may be a whole session handle or a user id. Where there is none, a 404 or 405,
        /// a segment that can be a handle is cut to what a log may show of it.
        /// </summary>
        public string LoggedPath => (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? Cut(http.Request.Path.Value ?? "");
    }

    private static string Cut(string path) => string.Join('/', path.Split('/').Select(segment => SessionHandle.Parse(segment)?.Ref ?? segment));
}
