using System.CommandLine;
using System.CommandLine.Invocation;
using Berth.Cli.Commands;
using Berth.Cli.Output;

namespace Berth.Cli;

/// <summary>One run of <c>berth</c>: arguments in, an exit code out. Tests run it inside their own process.</summary>
internal static class CommandLine
{
    private static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null };

    /// <summary>Parses and runs.</summary>
    public static async Task<ExitCode> RunAsync(IReadOnlyList<string> arguments, Terminal terminal, CancellationToken cancellationToken = default)
    {
        var parsed = CommandSet.Create(terminal).Parse(arguments, Parser);
        if (parsed.Action is ParseErrorAction mistake)
        {
            // Whoever typed nothing at all wants to see what there is.
            mistake.ShowHelp = arguments.Count == 0;
            await parsed.InvokeAsync(Writing(terminal.Error, terminal.Error), cancellationToken);
            await terminal.Error.WriteLineAsync($"See: {CommandPath(parsed)} --help");
            return ExitCode.Usage;
        }

        return (ExitCode)await parsed.InvokeAsync(Writing(terminal.Out, terminal.Error), cancellationToken);
    }

    // Signals and exceptions are ours: Program.cs turns signals into a token, CommandRunner turns exceptions into exit codes.
    private static InvocationConfiguration Writing(TextWriter output, TextWriter error) =>
        new() { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };

    private static string CommandPath(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
        {
            names.Push(result.Command is RootCommand ? "berth" : result.Command.Name);
        }

        return string.Join(' ', names);
    }
}
