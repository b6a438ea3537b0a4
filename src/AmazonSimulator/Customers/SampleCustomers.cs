namespace AmazonSimulator;

/// <summary>The people who can sign in. Between them they have what breaks clients: other alphabets, markup, and nothing at all.</summary>
internal static class SampleCustomers
{
    public static IReadOnlyList<SimulatedCustomer> All { get; } =
    [
        new("ada", "Ada Example", "ada@example.com", "98109-5210"),
        new("zoe", "Zoë Østergård-Müller 王小明", "zoe@example.org", "80331"),
        new("bob", "Bob \"<b>Tables</b>\" O'Neil & Söhne 🎉", "bob+o'neil@example.net", "SW1A 2AA"),
        new("kim", "Kim Nomail", null, "100-0001"),
        new("sam", "Sam", "sam@example.com", null),
    ];

    public static SimulatedCustomer? Find(string? id) => All.FirstOrDefault(customer => customer.Id == id);
}
