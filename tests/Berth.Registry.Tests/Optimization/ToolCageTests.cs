using System.Text;
using Berth.Registry.Optimization.Tools;

namespace Berth.Registry.Tests.Optimization;

/// <summary>esbuild sees nothing of the machine but itself and the files that it is given, where the machine can do that.</summary>
public sealed class ToolCageTests
{
    private static readonly string Program = new EsbuildLocation().Find().Path!;

    [Fact]
    public async Task In_bubblewrap_a_file_of_the_machine_is_not_there()
    {
        var secret = Path.Combine(Path.GetTempPath(), $"berth-secret-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(secret, "the server's own");
        try
        {
            var (open, _) = await ReadAsync(ToolCage.None, secret);
            open.ShouldContain("the server's own", customMessage: "without a cage it can be read, so the test says something");

            var (caged, error) = await ReadAsync(Cage("bubblewrap"), secret);
            caged.ShouldBe("");
            error.ShouldContain("Could not resolve");
        }
        finally
        {
            File.Delete(secret);
        }
    }

    [Fact]
    public async Task In_a_network_namespace_there_is_no_network_but_its_own()
    {
        var (output, error) = await ReadAsync(Cage("network"), "/proc/net/dev");

        output.ShouldContain("lo:", customMessage: error);
        File.ReadLines("/proc/net/dev").Skip(2).Select(line => line.Split(':')[0].Trim()).Where(name => name != "lo")
            .ShouldAllBe(name => !output.Contains(name + ":", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_narrowest_that_works_is_used_and_what_comes_out_is_the_same()
    {
        var esbuild = new Esbuild(new EsbuildLocation());
        (await esbuild.ProbeAsync(default)).Version.ShouldNotBeNull();
        esbuild.Cage.Name.ShouldBe("bubblewrap");

        var (files, reason) = await esbuild.MinifyAsync(new Dictionary<string, byte[]> { ["dist/a.js"] = "export const answer = 40 + 2;"u8.ToArray() }, default);

        files.ShouldNotBeNull(reason);
        Encoding.UTF8.GetString(files["dist/a.js"]).ShouldStartWith("export const answer=42");
    }

    [Fact]
    public async Task A_tool_that_does_not_end_is_stopped_in_its_cage()
    {
        using var folder = new WorkFolder();
        // It waits for changes of its files, for ever.
        await folder.WriteAsync("in/a.js", "1"u8.ToArray(), default);
        await Should.ThrowAsync<ToolTimeoutException>(() => LimitedProcess.RunAsync(
            Program, ["--watch=forever", "--outdir=out", "in/a.js"], folder.Path, Cage("bubblewrap"), TimeSpan.FromMilliseconds(300), default));
    }

    [Fact]
    public async Task A_tool_outlives_the_thread_that_started_it()
    {
        using var folder = new WorkFolder();
        await folder.WriteAsync("in/a.js", "1"u8.ToArray(), default);
        Task<ToolOutcome>? run = null;
        var thread = new Thread(() => run = LimitedProcess.RunAsync(
            Program, ["--watch=forever", "--outdir=out", "in/a.js"], folder.Path, Cage("bubblewrap"), TimeSpan.FromSeconds(2), default));
        thread.Start();
        thread.Join();

        // To the kernel the parent of a process is a thread: bubblewrap would have killed the tool with it.
        (await Record.ExceptionAsync(() => run!)).ShouldBeOfType<ToolTimeoutException>();
    }

    [Fact]
    public async Task A_tool_that_leaves_its_output_open_is_not_waited_for()
    {
        using var folder = new WorkFolder();

        await Should.ThrowAsync<ToolTimeoutException>(() => LimitedProcess.RunAsync(
            "/bin/sh", ["-c", "sleep 30 &"], folder.Path, ToolCage.None, TimeSpan.FromSeconds(1), default));
    }

    [Fact]
    public async Task A_cage_that_does_not_work_here_is_passed_over()
    {
        var (output, _) = await ReadAsync(ToolCage.Narrowest().Last(), "/proc/version");

        ToolCage.Narrowest().Last().ShouldBeSameAs(ToolCage.None);
        output.ShouldContain("Linux");
    }

    // test.sh installs bubblewrap; unshare is part of every Debian.
    private static ToolCage Cage(string name) => ToolCage.Narrowest().First(cage => cage.Name == name);

    /// <summary>A script that imports a file of the machine, bundled.</summary>
    private static async Task<(string Output, string Error)> ReadAsync(ToolCage cage, string path)
    {
        using var folder = new WorkFolder();
        await folder.WriteAsync("in/a.js", Encoding.UTF8.GetBytes($"import text from '{path}'; console.log(text);"), default);
        var outcome = await LimitedProcess.RunAsync(
            Program, ["--bundle", "--loader:=text", "--outdir=out", "--log-level=error", "in/a.js"], folder.Path, cage, TimeSpan.FromMinutes(2), default);
        var files = await folder.ReadAllAsync("out", default);
        return (files.Count == 0 ? "" : Encoding.UTF8.GetString(files.Values.Single()), outcome.Error);
    }
}
