using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

public sealed class TrustCapabilitiesCommandTests : ScriptedServerTests
{
    private const string Answer = """
        {"capabilities":[{"name":"process:spawn-child","risk":"critical","description":"Starting other programs","gives":"Starting other programs.",
        "enforcement":[{"level":"none","by":["scan"],"note":null},{"level":"process","by":["kernel"],"note":"Under the same limits."}]}]}
        """;

    [Fact]
    public async Task All_are_listed_with_what_enforces_them()
    {
        Server.On("GET", "/api/v1/trust/capabilities", 200, Answer);
        var result = await Cli.RunAsync("trust", "capabilities");
        result.Exit.ShouldBe(ExitCode.Done, result.Error);
        result.Out.ShouldContain("process:spawn-child");
        result.Out.ShouldContain("kernel");
    }

    [Fact]
    public async Task One_is_shown_level_by_level_and_what_is_none_is_not_found()
    {
        Server.On("GET", "/api/v1/trust/capabilities", 200, Answer);
        var result = await Cli.RunAsync("trust", "capabilities", "process:spawn-child");
        result.Out.ShouldContain("process: kernel. Under the same limits.");
        (await Cli.RunAsync("trust", "capabilities", "no:such")).Exit.ShouldBe(ExitCode.NotFound);
    }
}
