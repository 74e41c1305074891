using System.CommandLine;
using System.Text.RegularExpressions;
using Berth.Cli.Commands;
using Berth.Cli.Output;
using Berth.Cli.Tests.EndToEnd;

namespace Berth.Cli.Tests.Docs;

/// <summary>docs/cli.md says what there is, all of it, and nothing else.</summary>
public sealed partial class CliPageTests
{
    private readonly string _page = File.ReadAllText(Path.Combine(ServerFixture.Tree.Root, "docs", "cli.md"));

    [Fact]
    public void Every_command_and_option_is_on_the_page()
    {
        var root = CommandSet.Create(new Terminal { Out = TextWriter.Null, Error = TextWriter.Null, In = TextReader.Null, Variable = _ => null, ReadSecret = () => "" });
        foreach (var command in root.Subcommands)
        {
            var row = _page.Split('\n').FirstOrDefault(line => line.Contains($"`berth {command.Name} ", StringComparison.Ordinal) || line.Contains($"`berth {command.Name}`", StringComparison.Ordinal));
            row.ShouldNotBeNull(command.Name);
            foreach (var name in command.Subcommands.Select(sub => sub.Name).Concat(Names(command)).Concat(command.Subcommands.SelectMany(Names)))
            {
                row.ShouldContain(name, Case.Sensitive, command.Name);
            }
        }

        foreach (var name in root.Options.Where(option => option.Recursive && option.Name != "--help").Select(option => option.Name))
        {
            _page.ShouldContain($"| `{name}");
        }
    }

    [Fact]
    public void Every_code_of_the_command_line_has_its_row_in_the_list_of_codes_and_no_other_has()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(ServerFixture.Tree.Root, "src", "Berth.Cli"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal));
        var used = sources.SelectMany(file => CodeInSource().Matches(File.ReadAllText(file)).Select(match => match.Groups["code"].Value)).Distinct();
        var codes = File.ReadAllText(Path.Combine(ServerFixture.Tree.Root, "docs", "errors", "cli.md"));
        var listed = CodeInList().Matches(codes).Select(match => match.Groups["code"].Value).Distinct();
        listed.Order(StringComparer.Ordinal).ShouldBe(used.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_exit_code_is_on_the_page()
    {
        foreach (var exit in Enum.GetValues<ExitCode>())
        {
            _page.ShouldContain($"\n| {(int)exit} | ");
        }
    }

    private static IEnumerable<string> Names(Command command) =>
        command.Options.Select(option => option is { Name: "--output" } ? "-o" : option.Name).Where(name => name != "--help");

    [GeneratedRegex("\"(?<code>client\\.[a-z_.]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex CodeInSource();

    [GeneratedRegex("^\\| `(?<code>client\\.[a-z_.]+)` \\|", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex CodeInList();
}
