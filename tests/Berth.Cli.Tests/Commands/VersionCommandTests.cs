using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

public sealed class VersionCommandTests : IDisposable
{
    private readonly CliRun _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Version_is_one_line_on_stdout()
    {
        var result = await _cli.RunAsync("version");
        result.Exit.ShouldBe(ExitCode.Done);
        result.Out.ShouldMatch(@"^berth \d+\.\d+\.\d+\s*$");
        result.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Version_as_JSON_carries_the_schema_version()
    {
        var json = (await _cli.RunAsync("version", "--json")).Json;
        json.GetProperty("schemaVersion").GetInt32().ShouldBe(1);
        json.GetProperty("name").GetString().ShouldBe("berth");
    }
}
