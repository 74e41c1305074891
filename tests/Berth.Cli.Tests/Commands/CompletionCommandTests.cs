using System.Diagnostics;
using Berth.Cli.Output;

namespace Berth.Cli.Tests.Commands;

public sealed class CompletionCommandTests : IDisposable
{
    private readonly CliRun _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("bash", "complete -o default -F _berth_complete berth")]
    [InlineData("zsh", "compdef _berth_complete berth")]
    [InlineData("fish", "complete -c berth")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Each_shell_gets_a_script_that_asks_berth_itself(string shell, string registration)
    {
        var result = await _cli.RunAsync("completion", shell);
        result.Exit.ShouldBe(ExitCode.Done);
        result.Out.ShouldContain(registration);
        result.Out.ShouldContain("[suggest:");
        result.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Bash_completes_commands_and_options_with_the_script()
    {
        // A folder with the built program under its name, and bash as it would do it at a Tab.
        var program = Path.Combine(AppContext.BaseDirectory, "berth.dll");
        var bin = Directory.CreateDirectory(Path.Combine(_cli.Folder, "bin"));
        var launcher = Path.Combine(bin.FullName, "berth");
        await File.WriteAllTextAsync(launcher, $"#!/bin/sh\nexec \"{Serving.Muxer()}\" \"{program}\" \"$@\"\n");
        File.SetUnixFileMode(launcher, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var script = (await _cli.RunAsync("completion", "bash")).Out + """

            COMP_LINE="berth instal"; COMP_POINT=12; COMP_WORDS=(berth instal); COMP_CWORD=1
            _berth_complete; printf '%s\n' "${COMPREPLY[@]}"
            """;
        var file = Path.Combine(_cli.Folder, "complete.sh");
        await File.WriteAllTextAsync(file, script);
        var start = new ProcessStartInfo("bash", [file]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["PATH"] = bin.FullName + ":" + Environment.GetEnvironmentVariable("PATH");
        using var bash = Process.Start(start)!;
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        output.Trim().ShouldBe("install");
    }

    private static class Serving
    {
        public static string Muxer() => Cli.Serving.ServerLocation.Muxer();
    }
}
