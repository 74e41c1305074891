using System.Text;
using Berth.Cli.Output;
using Berth.Packaging.Archive;

namespace Berth.Cli.Tests.Commands;

public sealed class ScanCommandTests : IDisposable
{
    private readonly CliRun _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task A_package_without_findings_ends_with_0()
    {
        var result = await _cli.RunAsync("scan", Package("export default 1"), "--json");

        result.Exit.ShouldBe(ExitCode.Done);
        result.Json.GetProperty("findings").GetArrayLength().ShouldBe(0);
        result.Json.GetProperty("scanners").EnumerateArray().Select(scanner => scanner.GetProperty("outcome").GetString()).ShouldAllBe(outcome => outcome == "clean");
    }

    [Fact]
    public async Task A_high_finding_ends_with_7_and_says_where()
    {
        var result = await _cli.RunAsync("scan", Package("\neval(x)"));

        result.Exit.ShouldBe(ExitCode.Refused);
        result.Out.ShouldContain("scan.scripts.eval");
        result.Out.ShouldContain("dist/index.js:2:1");
    }

    [Fact]
    public async Task Neither_a_file_nor_a_question_is_a_misuse() => (await _cli.RunAsync("scan")).Exit.ShouldBe(ExitCode.Usage);

    [Fact]
    public async Task What_is_not_there_ends_with_3()
    {
        (await _cli.RunAsync("scan", Path.Combine(_cli.Folder, "nothing.berth"))).Exit.ShouldBe(ExitCode.NotFound);
        (await _cli.RunAsync("advisories", "import", Path.Combine(_cli.Folder, "nothing.json"))).Exit.ShouldBe(ExitCode.NotFound);
    }

    private string Package(string script)
    {
        var file = Path.Combine(_cli.Folder, "x.berth");
        using var output = File.Create(file);
        PackageWriter.Write(output, [new PackageInput("plugin.json", """{"name":"Notes","version":"1.0.0"}"""u8.ToArray()), new PackageInput("dist/index.js", Encoding.UTF8.GetBytes(script))]);
        return file;
    }
}
