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
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (var i = 0; i < 20; i++)
            await File.WriteAllTextAsync(Path.Combine(folder, "obj", $"{i}.cache"), "x");
        for (var i = 0; i < 20; i++)
            await File.WriteAllTextAsync(Path.Combine(folder, "dist", "main.js"), $"{i}");

        (await watch.NextAsync(over.Token)).ShouldBe(Path.Combine("dist", "main.js"));

        var next = watch.NextAsync(over.Token);
        await File.WriteAllTextAsync(Path.Combine(folder, "plugin.json"), "{}");
        (await next).ShouldBe("plugin.json");
    }
}
