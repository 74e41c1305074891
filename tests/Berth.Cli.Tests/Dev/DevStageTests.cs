using System.Text.Json.Nodes;
using Berth.Cli.Dev;

namespace Berth.Cli.Tests.Dev;

public sealed class DevStageTests : IDisposable
{
    private readonly CliRun _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("1.2.3", 4, "1.2.3-dev.4")]
    [InlineData("1.2.3-beta.1", 4, "1.2.3-beta.1.dev.4")]
    [InlineData("1.2.3+build.5", 4, "1.2.3-dev.4")]
    public void A_round_is_a_prerelease_of_the_manifests_version(string version, int round, string expected) =>
        DevStage.VersionOf(version, round).ShouldBe(expected);

    [Fact]
    public async Task A_front_end_is_packed_as_it_lies_and_the_authors_files_are_left_alone()
    {
        var folder = PluginFolder.Create(_cli);
        var manifest = await File.ReadAllTextAsync(Path.Combine(folder, "plugin.json"));
        Directory.CreateDirectory(Path.Combine(folder, "node_modules"));
        await File.WriteAllTextAsync(Path.Combine(folder, "node_modules", "x.js"), "");
        await File.WriteAllTextAsync(Path.Combine(folder, "README.md"), "# Notes");
        var stage = Stage(folder);

        var first = await stage.RunAsync(1, default);
        var second = await stage.RunAsync(2, default);

        first.Package.Manifest.Version.ToString().ShouldBe("1.0.0-dev.1");
        first.Package.Files.Select(file => file.Path).ShouldBe(["plugin.json", "README.md", "dist/main.js"], ignoreOrder: true);
        second.Fingerprint.ShouldBe(first.Fingerprint, "nothing but the round is different");
        (await File.ReadAllTextAsync(Path.Combine(folder, "plugin.json"))).ShouldBe(manifest);
        await File.WriteAllTextAsync(Path.Combine(folder, "dist", "main.js"), "export default 2;");
        (await stage.RunAsync(3, default)).Fingerprint.ShouldNotBe(first.Fingerprint);
    }

    [Fact]
    public async Task A_manifest_that_is_half_written_is_told_and_not_thrown()
    {
        var folder = PluginFolder.Create(_cli);
        var stage = Stage(folder);
        foreach (var text in new[] { "{", "[]", "{}", """{"name":5,"version":"1.0.0"}""" })
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "plugin.json"), text);
            await Should.ThrowAsync<Berth.Cli.Output.CommandFailedException>(() => stage.RunAsync(1, default), text);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "plugin.json"), new JsonObject { ["name"] = "../x", ["version"] = "1.0.0" }.ToJsonString());
        (await Should.ThrowAsync<Berth.Cli.Output.CommandFailedException>(() => stage.RunAsync(1, default))).Code.ShouldBe("package.refused");
    }

    private DevStage Stage(string folder)
    {
        var project = DevProject.Open(new DirectoryInfo(folder));
        var work = Directory.CreateDirectory(Path.Combine(_cli.Folder, "work")).FullName;
        return new DevStage(project, new DevBuild(project, null, Path.Combine(work, "build")), work);
    }
}
