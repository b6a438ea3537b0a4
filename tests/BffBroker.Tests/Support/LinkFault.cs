using System.Text;

namespace BffBroker.Tests.Support;

/// <summary>The two directions of a connection, as seen by who opened it.</summary>
[Flags]
internal enum Way
{
    Requests = 1,
    Answers = 2,
    Both = Requests | Answers,
}

/// <summary>What a <see cref="FaultProxy"/> does to its connections, new ones and those that are open.</summary>
internal abstract record LinkFault
{
    private LinkFault()
    {
    }

    public static LinkFault None { get; } = new Passing();

    /// <summary>RST at once, to open connections and to new ones.</summary>
    public static LinkFault Reset { get; } = new Resetting();

    /// <summary>Nobody listens, and open connections get a RST.</summary>
    public static LinkFault Refuse { get; } = new Refusing();

    /// <summary>Takes everything and gives nothing: the other end has gone without a word.</summary>
    public static LinkFault HalfOpen { get; } = Blackhole(Way.Both);

    /// <summary>For each chunk, in both directions.</summary>
    public static LinkFault Latency(TimeSpan perChunk) => new Delaying(perChunk);

    /// <summary>RST after so many bytes of the answers of each connection, counted from now on.</summary>
    public static LinkFault CutAfter(int answerBytes) => new Cutting(answerBytes);

    /// <summary>A connection that has lost bytes never carries any again in that direction: a stream with a hole would be no stream.</summary>
    public static LinkFault Blackhole(Way way) => new Swallowing(way);

    /// <summary>What is sent waits, in order, and goes on when it is released: nothing is lost. With a text, the first chunk to wait is one that contains it.</summary>
    public static Holding Hold(Way way, string text = "") => new(way, text);

    public sealed record Passing : LinkFault;

    public sealed record Resetting : LinkFault;

    public sealed record Refusing : LinkFault;

    public sealed record Delaying(TimeSpan PerChunk) : LinkFault;

    public sealed record Cutting(int AnswerBytes) : LinkFault;

    public sealed record Swallowing(Way Way) : LinkFault;

    public sealed record Holding(Way Way, string Text) : LinkFault
    {
        private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

        private readonly TaskCompletionSource _met = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes when something waits; nothing that waits fails the test.</summary>
        public Task Met => _met.Task.WaitAsync(Longest);

        public void Release() => _released.SetResult();

        public Task WaitAsync(ReadOnlySpan<byte> chunk, CancellationToken cancellationToken)
        {
            if (chunk.IndexOf(Encoding.ASCII.GetBytes(Text)) < 0)
            {
                return Task.CompletedTask;
            }

            _met.TrySetResult();
            return _released.Task.WaitAsync(cancellationToken);
        }
    }
}
