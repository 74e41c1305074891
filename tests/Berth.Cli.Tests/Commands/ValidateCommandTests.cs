using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

public sealed class ValidateCommandTests : IDisposable
{
    private readonly CliRun _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task A_valid_folder_is_valid_without_a_package_being_left()
    {
        var result = await _cli.RunAsync("validate", PluginFolder.Create(_cli));
        result.Exit.ShouldBe(ExitCode.Done);
        result.Out.ShouldStartWith("Notes 1.0.0 is valid");
        Directory.GetFiles(_cli.Folder, "*.berth", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Bytes_that_are_no_archive_end_with_7_and_a_reason()
    {
        var file = Path.Combine(_cli.Folder, "x.berth");
        await File.WriteAllTextAsync(file, "not a package");
        var result = await _cli.RunAsync("validate", file);
        result.Exit.ShouldBe(ExitCode.Refused);
        result.Error.ShouldContain("archive.");
    }

    [Fact]
    public async Task The_JSON_verdict_of_a_refused_package_is_data_with_all_faults()
    {
        var result = await _cli.RunAsync("validate", PluginFolder.Create(_cli, version: "v1", more: ",\"unknownMember\":1"), "--json");
        result.Exit.ShouldBe(ExitCode.Refused);
        result.Json.GetProperty("valid").GetBoolean().ShouldBeFalse();
        result.Json.GetProperty("faults").GetArrayLength().ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task What_is_not_there_ends_with_3() =>
        (await _cli.RunAsync("validate", Path.Combine(_cli.Folder, "nothing.berth"))).Exit.ShouldBe(ExitCode.NotFound);
}
