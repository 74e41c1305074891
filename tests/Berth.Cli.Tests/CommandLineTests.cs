using Berth.Cli.Output;

namespace Berth.Cli.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly CliRun _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("instal")]
    [InlineData("install")]
    [InlineData("install", "..")]
    [InlineData("install", "a/b")]
    [InlineData("install", "Notes", "Extra")]
    [InlineData("install", "Notes", "--unknown")]
    [InlineData("list", "--timeout", "5x")]
    [InlineData("list", "--timeout", "0")]
    [InlineData("list", "--timeout")]
    [InlineData("rollback", "Notes", "--data", "other")]
    [InlineData("completion", "tcsh")]
    [InlineData("search", "--limit", "0")]
    [InlineData("users")]
    [InlineData("users", "add-many")]
    [InlineData("users", "add-many", "ana", "--count", "2")]
    [InlineData("login", "http://x/signin/1", "--token", "t")]
    [InlineData("publish")]
    [InlineData("demo", "--users", "1")]
    [InlineData]
    public async Task A_command_that_is_written_wrongly_ends_with_2_and_says_so_on_stderr(params string[] arguments)
    {
        var result = await _cli.RunAsync(arguments);
        result.Exit.ShouldBe(ExitCode.Usage);
        result.Out.ShouldBeEmpty();
        result.Error.ShouldContain("--help");
    }

    [Fact]
    public async Task A_mistyped_command_is_answered_with_the_likely_one() =>
        (await _cli.RunAsync("instal")).Error.ShouldContain("install");

    [Fact]
    public async Task Help_names_every_command_of_the_contract_that_there_is()
    {
        var help = await _cli.RunAsync("--help");
        help.Exit.ShouldBe(ExitCode.Done);
        foreach (var name in new[]
        {
            "serve", "demo", "pack", "validate", "publish", "search", "info", "install", "update", "rollback", "uninstall", "list", "status",
            "enable", "disable", "users", "tokens", "login", "logout", "completion", "version",
        })
        {
            help.Out.ShouldContain($"\n  {name} ");
        }
    }

    [Fact]
    public async Task An_argument_that_begins_with_an_at_sign_is_not_read_as_a_file()
    {
        var file = Path.Combine(_cli.Folder, "arguments.rsp");
        await File.WriteAllTextAsync(file, "version");
        (await _cli.RunAsync("@" + file)).Exit.ShouldBe(ExitCode.Usage);
    }

    [Fact]
    public async Task An_interrupted_command_ends_with_130()
    {
        await using var server = await ScriptedServer.StartAsync();
        using var interrupted = new CancellationTokenSource();
        server.On("GET", "/api/v1/plugins/", async context =>
        {
            await interrupted.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        _cli["BERTH_SERVER"] = server.Address;
        (await _cli.RunAsync(interrupted.Token, "list")).Exit.ShouldBe(ExitCode.Interrupted);
    }

    [Theory]
    [InlineData("berth ins", "install")]
    [InlineData("berth rollback Notes --data ", "migrate")]
    [InlineData("berth install --gr", "--grant")]
    [InlineData("berth completion ", "zsh")]
    public async Task The_suggest_directive_completes(string line, string expected)
    {
        // The library drops the first word only when it is the program's own name, which here is the test runner's.
        var typed = line["berth ".Length..];
        var result = await _cli.RunAsync($"[suggest:{typed.Length}]", typed);
        result.Exit.ShouldBe(ExitCode.Done);
        result.Lines.ShouldContain(expected);
    }
}
