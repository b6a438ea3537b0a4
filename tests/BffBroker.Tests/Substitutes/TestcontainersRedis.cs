namespace DotNet.Testcontainers.Builders
{
    /// <summary>No Docker engine can be reached.</summary>
    internal sealed class DockerUnavailableException(string message) : Exception(message);
}

namespace Testcontainers.Redis
{
    using DotNet.Testcontainers.Builders;

    /// <summary>Where the package is missing there is no container: the fixture takes a redis-server on PATH.</summary>
    internal sealed class RedisBuilder
    {
        public RedisBuilder(string image) => ArgumentException.ThrowIfNullOrEmpty(image);

        public RedisContainer Build() => throw new DockerUnavailableException("Testcontainers is not on this package feed.");
    }

    /// <inheritdoc cref="RedisBuilder"/>
    internal sealed class RedisContainer : IAsyncDisposable
    {
        public Task StartAsync() => Task.CompletedTask;

        public string GetConnectionString() => "";

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
