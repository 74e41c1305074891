using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

public sealed class PackCommandTests : IDisposable
{
    private readonly CliRun _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task A_folder_becomes_a_package_that_is_valid()
    {
        var file = Path.Combine(_cli.Folder, "out.berth");
        var packed = (await _cli.RunAsync("pack", PluginFolder.Create(_cli), "-o", file, "--json")).Json;
        packed.GetProperty("valid").GetBoolean().ShouldBeTrue();
        packed.GetProperty("slug").GetString().ShouldBe("Notes");
        packed.GetProperty("files").GetInt32().ShouldBe(2);
        var validated = (await _cli.RunAsync("validate", file, "--json")).Json;
        validated.GetProperty("digest").GetString().ShouldBe(packed.GetProperty("digest").GetString());
        validated.GetProperty("digest").GetString().ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(file))));
    }

    [Fact]
    public async Task The_same_folder_gives_the_same_bytes()
    {
        var folder = PluginFolder.Create(_cli);
        await _cli.RunAsync("pack", folder, "-o", Path.Combine(_cli.Folder, "a.berth"));
        await _cli.RunAsync("pack", folder, "-o", Path.Combine(_cli.Folder, "b.berth"));
        (await File.ReadAllBytesAsync(Path.Combine(_cli.Folder, "a.berth"))).ShouldBe(await File.ReadAllBytesAsync(Path.Combine(_cli.Folder, "b.berth")));
    }

    [Fact]
    public async Task A_package_in_the_packed_folder_itself_is_not_packed_again()
    {
        var folder = PluginFolder.Create(_cli);
        await _cli.RunAsync("pack", folder, "-o", Path.Combine(folder, "out.berth"));
        var again = await _cli.RunAsync("pack", folder, "-o", Path.Combine(folder, "out.berth"), "--json");
        again.Json.GetProperty("files").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task A_faulty_folder_ends_with_7_names_every_fault_and_leaves_nothing()
    {
        var folder = PluginFolder.Create(_cli, version: "v1", more: ",\"unknownMember\":1");
        var before = Directory.GetFileSystemEntries(_cli.Folder);
        var result = await _cli.RunAsync("pack", folder, "-o", Path.Combine(_cli.Folder, "out.berth"));
        result.Exit.ShouldBe(ExitCode.Refused);
        result.Out.ShouldBeEmpty();
        result.Error.ShouldContain("/version");
        result.Error.ShouldContain("unknownMember");
        Directory.GetFileSystemEntries(_cli.Folder).ShouldBe(before, ignoreOrder: true);
    }

    [Fact]
    public async Task A_refused_folder_does_not_touch_the_package_that_was_there()
    {
        var file = await PluginFolder.PackAsync(_cli);
        var bytes = await File.ReadAllBytesAsync(file);
        (await _cli.RunAsync("pack", PluginFolder.Create(_cli, version: "v1"), "-o", file)).Exit.ShouldBe(ExitCode.Refused);
        (await File.ReadAllBytesAsync(file)).ShouldBe(bytes);
    }

    [Fact]
    public async Task A_dry_run_says_what_it_would_write_and_writes_nothing()
    {
        var file = Path.Combine(_cli.Folder, "out.berth");
        var result = await _cli.RunAsync("pack", PluginFolder.Create(_cli), "-o", file, "--dry-run", "--json");
        result.Exit.ShouldBe(ExitCode.Done);
        result.Json.GetProperty("dryRun").GetBoolean().ShouldBeTrue();
        File.Exists(file).ShouldBeFalse();
    }

    [Fact]
    public async Task A_folder_that_is_not_there_ends_with_3() =>
        (await _cli.RunAsync("pack", Path.Combine(_cli.Folder, "nowhere"))).Exit.ShouldBe(ExitCode.NotFound);

    [Fact]
    public async Task Quiet_prints_nothing_when_it_is_done()
    {
        var result = await _cli.RunAsync("pack", PluginFolder.Create(_cli), "-o", Path.Combine(_cli.Folder, "out.berth"), "--quiet");
        result.ShouldBe(new CliResult(ExitCode.Done, "", ""));
    }
}
