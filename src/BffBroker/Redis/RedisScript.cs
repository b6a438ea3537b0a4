namespace BffBroker.Redis;

/// <summary>A script, and the word of the operation that it does in the histogram.</summary>
internal sealed record RedisScript(string Operation, string Text);
