namespace BffBroker.Benchmarks.Load;

/// <summary>One kind of request to one server.</summary>
/// <param name="Cookies">A file of Cookie headers; null: none is sent.</param>
/// <param name="Yardstick">What it is compared with; null: it is one.</param>
/// <param name="IsRefused">Each answer is a 401, as it should be; else none is.</param>
internal sealed record Scenario(string Name, RunningProgram Server, Uri Url, string? Cookies = null, string? Yardstick = null, bool IsRefused = false);
