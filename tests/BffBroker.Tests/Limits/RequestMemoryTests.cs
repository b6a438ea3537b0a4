using System.Net;
using BffBroker.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace BffBroker.Tests.Limits;

public sealed class RequestMemoryTests
{
    private const long MiB = 1024 * 1024;

    private readonly RequestMemory _memory = new(new ListenerCapacity(10_000, 1000, 500, 64 * MiB), NullLogger<RequestMemory>.Instance);

    [Theory]
    [InlineData(0, 1900)]
    [InlineData(30_000, 300)]
    public void As_many_requests_are_under_way_as_their_size_allows_and_one_more_when_one_has_ended(int cookie, int atLeast)
    {
        var request = RequestOf(cookie);
        var entered = new List<long>();
        for (var i = 0; _memory.TryEnter(request, ClientOf(i), out var measured); i++)
        {
            entered.Add(measured);
            Assert.InRange(entered.Count, 0, 10_000);
        }

        var last = entered.Count - 1;
        Assert.InRange(entered.Count, atLeast, atLeast * 2);
        Assert.False(_memory.TryEnter(request, ClientOf(last), out _));

        _memory.Leave(ClientOf(last), entered[last]);
        Assert.True(_memory.TryEnter(request, ClientOf(last), out _));
        Assert.False(_memory.TryEnter(request, ClientOf(last), out _));
    }

    [Fact]
    public void One_client_leaves_room_for_the_others()
    {
        var request = RequestOf(1000);
        for (var i = 0; _memory.TryEnter(request, ClientOf(0), out _); i++)
        {
            Assert.InRange(i, 0, 10_000);
        }

        Assert.True(_memory.TryEnter(request, ClientOf(1), out _));
    }

    [Fact]
    public void A_client_has_half_of_what_calls_of_APIs_may_hold_and_all_of_them_leave_room_for_the_rest()
    {
        var request = RequestOf(1000);
        var one = Begin(IPAddress.Parse("192.0.2.1"));
        var other = Begin(IPAddress.Parse("192.0.2.2"));

        Assert.InRange(one, 200, 250);
        Assert.InRange(other, one - 1, one + 1);
        Assert.Equal(0, Begin(IPAddress.Parse("192.0.2.3")));
        Assert.True(_memory.TryEnter(request, IPAddress.Parse("192.0.2.1"), out _));

        int Begin(IPAddress client)
        {
            var count = 0;
            while (_memory.TryBeginCall(request, client, out _))
            {
                count++;
                Assert.InRange(count, 0, 10_000);
            }

            return count;
        }
    }

    [Fact]
    public void A_call_that_has_ended_makes_room_for_one_as_large()
    {
        var (request, client) = (RequestOf(1000), IPAddress.Parse("192.0.2.1"));
        long last = 0;
        while (_memory.TryBeginCall(request, client, out var bytes))
        {
            last = bytes;
        }

        _memory.EndCall(client, last);

        Assert.True(_memory.TryBeginCall(request, client, out _));
        Assert.False(_memory.TryBeginCall(request, client, out _));
    }

    private static IPAddress ClientOf(int number) => IPAddress.Parse($"192.0.2.{number % 200}");

    private static HttpRequest RequestOf(int cookie)
    {
        var http = new DefaultHttpContext();
        http.Request.Path = "/session";
        http.Request.Headers.Cookie = new string('a', cookie);
        return http.Request;
    }
}
