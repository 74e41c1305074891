using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

public sealed class AutoUpdateCommandTests : ScriptedServerTests
{
    [Fact]
    public async Task Switching_it_on_says_so_with_what_the_server_notes_and_a_dry_run_asks_for_no_change()
    {
        Server.On("PATCH", "/api/v1/plugins/Notes", 200, """{"status":"success","data":{"plugin_slug":"Notes","channel":"beta","auto_update":true,"notes":["This host updates nothing by itself."]}}""");

        var on = await Cli.RunAsync("auto-update", "Notes", "on", "--channel", "beta");

        on.Exit.ShouldBe(ExitCode.Done, on.Error);
        on.Out.ShouldContain("Notes is updated by itself on the channel beta.");
        on.Error.ShouldContain("This host updates nothing by itself.");
        Server.Last.Query.ShouldBeEmpty();
        var dry = await Cli.RunAsync("auto-update", "Notes", "off", "--dry-run", "--json");
        dry.Json.GetProperty("dryRun").GetBoolean().ShouldBeTrue();
        dry.Json.GetProperty("autoUpdate").GetBoolean().ShouldBeFalse();
        Server.Last.Query.ShouldBe("?dry_run=true");
    }

    [Fact]
    public async Task Showing_it_says_how_it_stands_why_and_what_to_do()
    {
        Server.On("GET", "/api/v1/plugins/Notes/auto-update", 200, """
            {"status":"success","data":{"plugin_slug":"Notes","plugin_id":"0_Notes","enabled":true,"channel":"stable","current_version":"1.0.0","state":"withheld","version":"1.1.0",
            "code":"auto_update.capabilities","reason":"Notes 1.1.0 asks for network:websocket. Take it with: berth update Notes","attempts":0,"interval_seconds":0}}
            """);

        var result = await Cli.RunAsync("auto-update", "Notes", "show");

        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Lines.ShouldBe(
        [
            "Notes 1.0.0: 1.1.0 waits for you",
            "why: Notes 1.1.0 asks for network:websocket. Take it with: berth update Notes (auto_update.capabilities)",
            "channel: stable",
            "this host updates nothing by itself: its operator switched that off",
        ]);
        (await Cli.RunAsync("auto-update", "Notes", "show", "--json")).Json.GetProperty("autoUpdate").GetProperty("state").GetString().ShouldBe("withheld");
    }

    [Theory]
    [InlineData("auto-update", "Notes", "perhaps")]
    [InlineData("auto-update", "Notes")]
    [InlineData("auto-update", "Notes", "show", "--channel", "beta")]
    [InlineData("auto-update", "Notes", "off", "--channel", "beta")]
    public async Task What_means_nothing_is_a_fault_of_usage(params string[] arguments)
    {
        (await Cli.RunAsync(arguments)).Exit.ShouldBe(ExitCode.Usage);
        Server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_not_installed_is_not_found()
    {
        Server.Fails("GET", "/api/v1/plugins/Notes/auto-update", 404, "plugin.not_installed");
        (await Cli.RunAsync("auto-update", "Notes", "show")).Exit.ShouldBe(ExitCode.NotFound);
    }
}
