using System.CommandLine;
using System.Diagnostics;
using Berth.Cli.Output;
using Berth.Cli.Serving;

namespace Berth.Cli.Commands;

/// <summary><c>berth serve</c>: the server, in the foreground, with the arguments passed on and its exit code passed back.</summary>
internal static class ServeCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var arguments = new Argument<string[]>("arguments") { Description = "Passed on to the server", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("serve", "Start the server: host on 4001, registry on 6001, until Ctrl-C") { arguments };
        command.TreatUnmatchedTokensAsErrors = false;
        return runner.Bind(command, (context, cancellationToken) =>
            RunAsync(context, [.. context.Get(arguments) ?? [], .. context.Parsed.UnmatchedTokens], cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var assembly = await ServerLocation.FindAsync(
            AppContext.BaseDirectory, context.Terminal.Variable(ServerLocation.VariableName), context.Report, cancellationToken);
        var start = new ProcessStartInfo(ServerLocation.Muxer(), [assembly, .. arguments]);
        // Only settings of the server may begin with BERTH_ there, and this one is ours.
        start.Environment.Remove(ServerLocation.VariableName);
        if (context.IsDryRun)
        {
            context.Report.Result(new DryRunOutput($"run {assembly}"), $"Would run {start.FileName} {string.Join(' ', start.ArgumentList)}");
            return ExitCode.Done;
        }

        await using var server = ChildProcess.Start(start);
        return (ExitCode)await server.WaitAsync(cancellationToken);
    }
}
