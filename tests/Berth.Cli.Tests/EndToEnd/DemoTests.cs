using System.Text.Json;

namespace Berth.Cli.Tests.EndToEnd;

public sealed class DemoTests
{
    private static readonly Dictionary<string, string> None = [];

    [Fact]
    public async Task The_demo_tells_the_story_to_its_end_and_leaves_nothing()
    {
        await using var demo = new BerthProcess(None, "demo", "--users", "20");
        await demo.LineAsync("✓  1");
        await demo.LineAsync("✓ 14");
        (await demo.ExitCodeAsync()).ShouldBe(0, demo.Errors);
        Directory.GetFileSystemEntries(demo.Temporary).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_surroundings_settings_do_not_reach_the_demo_s_own_server()
    {
        var hostile = new Dictionary<string, string> { ["BERTH_ROLE"] = "registry", ["BERTH_DATABASE"] = "Host=nowhere;Database=x", ["BERTH_TOKEN"] = "foreign" };
        await using var demo = new BerthProcess(hostile, "demo", "--users", "2", "--json");
        (await demo.ExitCodeAsync()).ShouldBe(0, demo.Errors);
    }

    [Fact]
    public async Task An_interrupted_demo_ends_its_server_and_removes_its_folder()
    {
        await using var demo = new BerthProcess(None, "demo", "--users", "100000", "--json");
        var host = HostOf(await demo.LineAsync("{"));
        await demo.SignalAsync("INT");
        (await demo.ExitCodeAsync()).ShouldBe(130, demo.Errors);
        await BerthProcess.GoneAsync(host);
        Directory.GetFileSystemEntries(demo.Temporary).ShouldBeEmpty();
    }

    [Fact]
    public async Task R50_A_killed_demo_leaves_neither_a_server_nor_its_folder()
    {
        await using var demo = new BerthProcess(None, "demo", "--users", "100000", "--json");
        var host = HostOf(await demo.LineAsync("{"));
        await demo.SignalAsync("KILL");
        await demo.ExitCodeAsync();
        await BerthProcess.GoneAsync(host);
        await demo.NothingLeftAsync();
    }

    [Fact]
    public async Task Packages_that_the_story_cannot_be_told_with_are_an_error_that_says_what_is_missing()
    {
        using var cli = new CliRun();
        var result = await cli.RunAsync("demo", "--packages", cli.Folder);
        result.Exit.ShouldBe(Berth.Cli.Output.ExitCode.NotFound);
        result.Error.ShouldContain("Notes 1.0.0");
    }

    private static string HostOf(string step) =>
        JsonDocument.Parse(step).RootElement.GetProperty("figures").GetProperty("host").GetString()!;
}
