using System.Diagnostics;

namespace Berth.Plugins.Tests;

/// <summary>The front ends' own tests: the built federation containers in a classic loader, and what reads and plans a CSV.</summary>
public sealed class FrontendTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData("Notes")]
    [InlineData("CsvCharts")]
    public async Task The_front_end_passes_its_own_tests(string plugin)
    {
        var start = new ProcessStartInfo("node", ["test.mjs"])
        {
            WorkingDirectory = Path.Combine(Repository.Root, "plugins", plugin, "web"),
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var node = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Deadline);
        var output = node.StandardOutput.ReadToEndAsync(deadline.Token);
        var errors = node.StandardError.ReadToEndAsync(deadline.Token);
        await node.WaitForExitAsync(deadline.Token);

        node.ExitCode.ShouldBe(0, await output + await errors);
        (await output).ShouldContain("# fail 0");
        (await output).ShouldNotContain("# pass 0");
    }
}
