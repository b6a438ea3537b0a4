namespace BffBroker.Tests.Support;

/// <summary>Where a navigation ended, and every URL on the way.</summary>
internal sealed record Visit(Uri Url, HttpResponseMessage Response, IReadOnlyList<Uri> Hops);
