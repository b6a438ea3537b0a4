using BffBroker.OAuth;
using BffBroker.Sessions;
using BffBroker.Tests.Support;

namespace BffBroker.Tests.Sessions;

public sealed class OpenedRecordsTests : IDisposable
{
    private static readonly Session Session = new(
        new("amzn1.account.X", "Zoë", null), Scopes.Parse("profile"), DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, new(new("Atza|access"), null, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue));

    private readonly ManualClock _clock = new();
    private readonly OpenedRecords _opened;

    public OpenedRecordsTests() => _opened = new(_clock);

    public void Dispose() => _opened.Dispose();

    [Fact]
    public void An_opened_record_is_found_for_ten_seconds_at_least_and_twenty_at_most()
    {
        var (handle, stored) = (HandleOf(1), Stored(1));
        _clock.Advance(TimeSpan.FromSeconds(9));
        _opened.Add(handle, stored, Session);

        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Same(Session, _opened.Find(handle, stored));

        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(_opened.Find(handle, stored));
    }

    [Fact]
    public void An_opened_record_is_not_found_longer_by_being_asked_for()
    {
        var (handle, stored) = (HandleOf(1), Stored(1));
        _opened.Add(handle, stored, Session);

        for (var second = 0; second < 20; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            _ = _opened.Find(handle, stored);
        }

        Assert.Null(_opened.Find(handle, stored));
    }

    [Fact]
    public void There_are_never_more_than_four_thousand_opened_records()
    {
        Add(0, 10_000);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Add(10_000, 10_000);

        Assert.Equal(4_000, Enumerable.Range(0, 20_000).Count(number => _opened.Find(HandleOf(number), Stored(number)) is not null));

        void Add(int first, int count)
        {
            foreach (var number in Enumerable.Range(first, count))
            {
                _opened.Add(HandleOf(number), Stored(number), Session);
            }
        }
    }

    [Fact]
    public void A_session_that_is_opened_again_and_again_takes_one_place()
    {
        for (var generation = 1; generation <= 3_000; generation++)
        {
            _opened.Add(HandleOf(1), Stored(1) with { Generation = generation }, Session);
        }

        _opened.Add(HandleOf(2), Stored(2), Session);

        Assert.Null(_opened.Find(HandleOf(1), Stored(1)));
        Assert.Same(Session, _opened.Find(HandleOf(1), Stored(1) with { Generation = 3_000 }));
        Assert.Same(Session, _opened.Find(HandleOf(2), Stored(2)));
    }

    [Fact]
    public void An_opened_record_is_found_only_as_it_was_sealed()
    {
        var (handle, stored) = (HandleOf(1), Stored(1));
        _opened.Add(handle, stored, Session);

        Assert.Null(_opened.Find(HandleOf(2), stored));
        Assert.Null(_opened.Find(handle, stored with { Format = 2 }));
        Assert.Null(_opened.Find(handle, stored with { Generation = 2 }));
        Assert.Null(_opened.Find(handle, stored with { Sealed = [.. stored.Sealed, 0] }));
        Assert.Same(Session, _opened.Find(handle, stored with { Sealed = [.. stored.Sealed], Seen = DateTimeOffset.MaxValue }));
    }

    private static SessionHandle HandleOf(int number) => new($"handle {number}");

    private static StoredSession Stored(int number) => new(1, 1, DateTimeOffset.UnixEpoch, BitConverter.GetBytes(number));
}
