namespace BffBroker.Redis;

/// <summary>A script, and the word of the operation that it does in the histogram.</summary>
internal readonly record struct RedisScript(string Operation, string Text)
{
    public static implicit operator RedisScript(string text) => new("script", text);
}
