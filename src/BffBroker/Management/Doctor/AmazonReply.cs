using BffBroker.Amazon;

namespace BffBroker.Management.Doctor;

/// <summary>What came of asking Amazon once.</summary>
internal abstract record AmazonReply
{
    private AmazonReply()
    {
    }

    /// <param name="Reason">A sentence.</param>
    public sealed record None(string Reason) : AmazonReply;

    /// <param name="Date">What the other side's clock said, some time between the two of ours.</param>
    public sealed record Answer(AmazonAnswer Content, DateTimeOffset? Date, DateTimeOffset Sent, DateTimeOffset Received) : AmazonReply;
}
