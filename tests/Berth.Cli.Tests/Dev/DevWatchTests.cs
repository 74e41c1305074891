using Berth.Cli.Dev;

namespace Berth.Cli.Tests.Dev;

public sealed class DevWatchTests : IDisposable
{
    private readonly CliRun _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Many_writes_are_one_change_and_what_a_build_writes_is_none()
    {
        var folder = PluginFolder.Create(_cli);
        Directory.CreateDirectory(Path.Combine(folder, "obj"));
        using var watch = new DevWatch(new DirectoryInfo(folder));
        using var over = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        for (var i = 0; i < 20; i++)
            await File.WriteAllTextAsync(Path.Combine(folder, "obj", $"{i}.cache"), "x");
        for (var i = 0; i < 20; i++)
            await File.WriteAllTextAsync(Path.Combine(folder, "dist", "main.js"), $"{i}");

        List<string> told = [await watch.NextAsync(over.Token)];

        await File.WriteAllTextAsync(Path.Combine(folder, "plugin.json"), "{}");
        while (told[^1] != "plugin.json")
        {
            told.Add(await watch.NextAsync(over.Token));
        }

        // One, unless a loaded machine is quiet for a moment in between.
        told.Count.ShouldBeInRange(2, 10);
        told[..^1].ShouldAllBe(path => path == Path.Combine("dist", "main.js"));
    }
}
