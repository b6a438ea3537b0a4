using System.Text;

namespace BffBroker.Tests.Support;

public sealed class CanariesTests
{
    [Fact]
    public void A_canary_is_found_however_it_is_written()
    {
        var canaries = new Canaries();
        var value = canaries.New("secret");
        var bytes = Encoding.UTF8.GetBytes(value);
        canaries.Add("key", [.. Enumerable.Range(200, 32).Select(number => (byte)number)]);

        Assert.All(
            [
                value, value.ToLowerInvariant(), $"x{value}x", value[..24], value[^24..], Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes), .. Enumerable.Range(0, 6).Select(length => Base64($"{new string('x', length)}{value}yz")),
                .. Enumerable.Range(0, 6).Select(length => Base64($"{new string('x', length)}{value}").TrimEnd('=').Replace('+', '-').Replace('/', '_')), Uri.EscapeDataString(Base64($"xy{value}")),
            ],
            text => Assert.Equal(["secret"], canaries.In(text)));
        Assert.Equal(["key"], canaries.In(Convert.ToBase64String([1, 2, .. Enumerable.Range(200, 32).Select(number => (byte)number)])));
        Assert.Empty(canaries.In("nothing of that"));

        static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
    }
}
