namespace BffBroker.Tests.Gateways;

/// <summary>Several values of one header, in every way in which a client can send them. Each item has the lines of one request.</summary>
internal static class SeveralValues
{
    /// <summary>Two and more of the values in every order: each in a line of its own, and all in one line with commas.</summary>
    public static IEnumerable<string[]> Of(params string[] values) =>
        Orders([], values).Where(order => order.Length > 1)
            .SelectMany(order => new[] { order, [string.Join(", ", order)], [string.Join(',', order)] });

    public static IEnumerable<string> Lines(string header, IEnumerable<string> values) => values.Select(value => $"{header}: {value}");

    private static IEnumerable<string[]> Orders(string[] chosen, string[] values) =>
        values.Except(chosen).SelectMany(value => Orders([.. chosen, value], values)).Prepend(chosen);
}
