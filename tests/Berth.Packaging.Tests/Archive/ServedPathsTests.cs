using Berth.Packaging.Archive;

namespace Berth.Packaging.Tests.Archive;

public sealed class ServedPathsTests
{
    [Theory]
    [InlineData("dist/remoteEntry.js")]
    [InlineData("dist/a/b/c.js")]
    [InlineData("public/index.html")]
    [InlineData("assets/logo.svg")]
    [InlineData("icon.svg")]
    [InlineData("README.md")]
    [InlineData("CHANGELOG.md")]
    [InlineData("LICENSE")]
    [InlineData("LICENSE.txt")]
    [InlineData("LICENSE-MIT")]
    public void Front_end_files_and_documents_are_served(string path) => ServedPaths.Contains(path).ShouldBeTrue();

    [Theory]
    [InlineData("plugin.json")]
    [InlineData("lib/net10.0/Notes.dll")]
    [InlineData("vm/plugin.wasm")]
    [InlineData("src/index.ts")]
    [InlineData("package.json")]
    [InlineData("dist")]
    [InlineData("dist/")]
    [InlineData("DIST/a.js")]
    [InlineData("distant/a.js")]
    [InlineData("icon.")]
    [InlineData("icon")]
    [InlineData("sub/icon.svg")]
    [InlineData("sub/README.md")]
    [InlineData("readme.md")]
    [InlineData("")]
    public void Everything_else_is_not(string path) => ServedPaths.Contains(path).ShouldBeFalse();

    [Theory]
    [InlineData("dist/../lib/net10.0/Notes.dll")]
    [InlineData("dist/..\\plugin.json")]
    [InlineData("dist//a.js")]
    [InlineData("dist/./a.js")]
    [InlineData("dist/%2e%2e/\0")]
    [InlineData("/dist/a.js")]
    public void R01_A_path_that_no_package_can_contain_is_never_served(string path) => ServedPaths.Contains(path).ShouldBeFalse();
}
