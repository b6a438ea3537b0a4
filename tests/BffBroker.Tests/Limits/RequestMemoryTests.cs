using System.Net;
using BffBroker.Limits;
using BffBroker.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
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
    public void A_gateway_that_asks_for_many_clients_is_not_held_to_the_share_of_one()
    {
        var request = RequestOf(1000);
        var (ofGateway, ofClient) = (Count(null), Count(ClientOf(0)));

        Assert.InRange(ofGateway, 2 * ofClient, 10_000);

        int Count(IPAddress? client)
        {
            var memory = new RequestMemory(new ListenerCapacity(10_000, 1000, 500, 64 * MiB), NullLogger<RequestMemory>.Instance);
            var count = 0;
            while (memory.TryEnter(request, client, out _))
            {
                count++;
                Assert.InRange(count, 0, 10_000);
            }

            return count;
        }
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

    [Fact]
    public async Task A_request_for_which_there_is_no_room_is_told_to_come_again_in_the_form_of_its_endpoint_and_is_served_then()
    {
        await using var world = await World.StartAsync();
        await world.LogInAsync();
        var memory = world.Broker.Services.GetRequiredService<RequestMemory>();
        var (request, held, client) = (RequestOf(30_000), new List<(int Client, long Measured)>(), 0);
        for (; client < 20; client++)
        {
            while (memory.TryEnter(request, ClientOf(client), out var measured))
            {
                held.Add((client, measured));
            }
        }

        var problem = await world.GetAsync("/session");
        var page = await world.Browser.OpenAsync(World.At("/login"));
        var nginx = await world.GetAsync("/auth/nginx");

        Assert.All([problem, page, nginx], answer => Assert.Equal((HttpStatusCode.ServiceUnavailable, 2), (answer.StatusCode, answer.Headers.RetryAfter?.Delta?.TotalSeconds)));
        await problem.AssertProblemAsync(HttpStatusCode.ServiceUnavailable, "temporarily_unavailable");
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Equal("", await nginx.TextAsync());

        held.ForEach(place => memory.Leave(ClientOf(place.Client), place.Measured));
        await world.AssertLoggedInAsync();
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
