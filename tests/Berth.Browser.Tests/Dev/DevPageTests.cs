using System.Text.Json;
using Berth.Plugins.Tests;
using Berth.Server.Tests;
using static Microsoft.Playwright.Assertions;

namespace Berth.Browser.Tests.Dev;

/// <summary>The page of <c>berth dev</c> in a browser.</summary>
[Collection(SiteTests.Name)]
public sealed class DevPageTests(Site site)
{
    [Fact]
    public async Task The_page_shows_the_plugin_and_loads_itself_anew_after_a_change()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "dist"));
        await File.WriteAllTextAsync(
            Path.Combine(folder.Path, "plugin.json"),
            """{"name":"Front","version":"1.0.0","displayName":"Front","frontend":{"entry":"dist/main.js","modules":[{"name":"Panel","displayName":"The panel"}]}}""");
        await WriteAsync(folder, "as it was");
        await using var dev = ServerProcess.Start("dotnet", [Cli, "dev", folder.Path, "--json"], folder.Path);
        var page = JsonSerializer.Deserialize<JsonElement>("{" + await dev.ReadAfterAsync("{")).GetProperty("page").GetString()!;
        await dev.ReadAfterAsync("1.0.0-dev.1");
        await using var visit = await site.VisitAsync(page);

        await visit.SeeAsync(async shown =>
        {
            await Expect(shown.GetByText("The panel")).ToBeVisibleAsync();
            await Expect(shown.GetByText("as it was")).ToBeVisibleAsync();
            await Expect(shown.GetByText("1.0.0-dev.1")).ToBeVisibleAsync();

            await WriteAsync(folder, "as it is now");

            await Expect(shown.GetByText("as it is now")).ToBeVisibleAsync();
            await Expect(shown.GetByText("1.0.0-dev.2")).ToBeVisibleAsync();
            visit.Errors.ShouldNotContain(error => error.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase));
        });
    }

    /// <summary>The command line of this build.</summary>
    private static string Cli
    {
        get
        {
            var parts = Path.GetRelativePath(Repository.Root, AppContext.BaseDirectory).Split(Path.DirectorySeparatorChar);
            return Path.Combine(Repository.Root, "src", "Berth.Cli", "bin", parts.Contains("Release") ? "Release" : "Debug", "net10.0", "berth.dll");
        }
    }

    private static Task WriteAsync(TestFolder folder, string text) => File.WriteAllTextAsync(
        Path.Combine(folder.Path, "dist", "main.js"), $"export default place => {{ place.textContent = '{text}'; }};");
}
