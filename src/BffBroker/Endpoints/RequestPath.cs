namespace BffBroker.Endpoints;

/// <summary>A request's path, as far as a log may show it.</summary>
internal static class RequestPath
{
    extension(HttpContext http)
    {
        /// <summary>Of an endpoint its pattern: in the place of <c>{id}</c> there may be a whole session handle or a user id.</summary>
        public string LoggedPath => (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? http.Request.Path.Value ?? "";
    }
}
