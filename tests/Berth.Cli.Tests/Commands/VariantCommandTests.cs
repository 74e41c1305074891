using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

public sealed class VariantCommandTests : ScriptedServerTests
{
    [Theory]
    [InlineData("optimized", "optimized", "is shown with optimised files.")]
    [InlineData("optimized", "original", "is shown with its author's files, because there are no optimised ones for you here")]
    [InlineData("original", "original", "is shown with its author's files.")]
    public async Task It_says_what_is_served_and_why_when_it_is_not_what_was_chosen(string variant, string served, string says)
    {
        Server.On("GET", "/api/v1/plugins/Suite/status", 200, $$$$"""
            {"status":"success","data":{"plugin_slug":"Suite","exists":true,"status":"healthy","plugin_id":"0_Suite","plugin_info":{"id":"0_Suite","variant":"{{{{variant}}}}","served_variant":"{{{{served}}}}"}}}
            """);

        (await Cli.RunAsync("variant", "Suite")).Out.ShouldContain($"Suite {says}");
        (await Cli.RunAsync("variant", "Suite", "--json")).Out.ShouldContain($"\"servedVariant\":\"{served}\"");
        (await Cli.RunAsync("status", "Suite")).Out.ShouldContain($"files: {served}");
    }

    [Fact]
    public async Task A_choice_shows_the_hosts_notes_and_how_to_take_it_back()
    {
        Server.On("PATCH", "/api/v1/plugins/Suite", 200, """
            {"status":"success","message":"ok","data":{"plugin_slug":"Suite","variant":"optimized","served_variant":"original"},"notes":["There are no optimised files of Suite 1.0.0 here yet."]}
            """);

        var result = await Cli.RunAsync("variant", "Suite", "optimized");

        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Error.ShouldContain("no optimised files of Suite 1.0.0 here yet");
        result.Error.ShouldContain("Undo: berth variant Suite original");
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_and_asks_the_host_for_no_more()
    {
        Server.On("PATCH", "/api/v1/plugins/Suite", 200, """
            {"status":"success","dry_run":true,"data":{"plan":{"kind":"variant","plugin_slug":"Suite","version":"1.0.0","notes":["This is so already; nothing changes."]}}}
            """);

        var result = await Cli.RunAsync("variant", "Suite", "original", "--dry-run");

        Server.Last.Query.ShouldBe("?dry_run=true");
        result.Out.ShouldContain("Suite would be shown with its author's files.");
        result.Error.ShouldContain("This is so already");
        result.Error.ShouldNotContain("Undo:");
    }

    [Fact]
    public async Task A_word_that_is_no_variant_is_a_slip_and_what_is_not_installed_is_not_found()
    {
        (await Cli.RunAsync("variant", "Suite", "smaller")).Exit.ShouldBe(ExitCode.Usage);
        Server.On("GET", "/api/v1/plugins/Suite/status", 200, """{"status":"success","data":{"plugin_slug":"Suite","exists":false,"status":"not_installed"}}""");
        (await Cli.RunAsync("variant", "Suite")).Exit.ShouldBe(ExitCode.NotFound);
        Server.Requests.ShouldNotContain(request => request.Method == "PATCH");
    }
}
