using System.Runtime.CompilerServices;

namespace BffBroker.Tests.Support;

/// <summary>The repository's own files, as text.</summary>
internal static class Sources
{
    public static string Root { get; } = FindRoot();

    public static IEnumerable<string> Of(string folder) => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(file => !Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    private static string FindRoot([CallerFilePath] string file = "")
    {
        var folder = new FileInfo(file).Directory;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "BffBroker.sln")))
        {
            folder = folder.Parent;
        }

        return folder!.FullName;
    }
}
