namespace BffBroker.Tests.Support;

/// <summary>A folder that goes with its test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const string Memory = "/dev/shm";

    public TemporaryFolder()
        : this(Directory.CreateTempSubdirectory("bffbroker-"))
    {
    }

    private TemporaryFolder(DirectoryInfo folder) => Path = folder.FullName;

    public string Path { get; }

    /// <summary>In memory where the system has that: who waits for each write to be on disk must not wait for a busy disk.</summary>
    public static TemporaryFolder InMemory() => Directory.Exists(Memory)
        ? new(Directory.CreateDirectory(System.IO.Path.Combine(Memory, $"bffbroker-{Guid.NewGuid():N}")))
        : new TemporaryFolder();

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
