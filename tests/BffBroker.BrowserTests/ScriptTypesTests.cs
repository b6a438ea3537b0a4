using BffBroker.Tests.Support;

namespace BffBroker.BrowserTests;

/// <summary><c>bff.js</c> has its types in comments. TypeScript's compiler holds them to the code, and to what authors may rely on.</summary>
public sealed class ScriptTypesTests
{
    private static readonly string Folder = Path.Combine(Sources.Root, "tests", "BffBroker.BrowserTests");
    private static readonly string Compiler = Path.Combine(Folder, "node_modules", "typescript", "lib", "tsc.js");

    [Fact]
    public async Task No_type_of_the_script_is_wrong_or_left_open()
    {
        var node = Programs.Require("node", "which runs TypeScript's compiler", "nodejs");
        if (!File.Exists(Compiler))
        {
            throw Programs.Missing("Needs TypeScript: npm ci --prefix tests/BffBroker.BrowserTests.");
        }

        var (exitCode, output, errors) = await Programs.RunAsync(
            node, Compiler, "--ignoreConfig", "--noEmit", "--allowJs", "--checkJs", "--strict", "--noUnusedLocals", "--target", "es2022", "--lib", "es2022,dom,dom.iterable",
            "--module", "esnext", "--moduleResolution", "bundler", Path.Combine(Folder, "Types", "usage.js"));

        Assert.Equal((0, "", ""), (exitCode, output, errors));
    }
}
