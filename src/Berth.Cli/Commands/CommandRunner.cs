using System.CommandLine;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary>Runs a command's body and turns however it ends into an exit code and words on stderr.</summary>
internal sealed class CommandRunner(Terminal terminal, GlobalOptions options)
{
    /// <summary>The terminal, for commands whose shape depends on it.</summary>
    public Terminal Terminal => terminal;

    /// <summary>Gives a command its body.</summary>
    public Command Bind(Command command, Func<CommandContext, CancellationToken, Task<ExitCode>> body)
    {
        command.SetAction(async (parsed, cancellationToken) => (int)await RunAsync(parsed, body, cancellationToken));
        return command;
    }

    private async Task<ExitCode> RunAsync(
        ParseResult parsed, Func<CommandContext, CancellationToken, Task<ExitCode>> body, CancellationToken cancellationToken)
    {
        using var context = new CommandContext(parsed, options, terminal);
        try
        {
            return await body(context, cancellationToken);
        }
        catch (CommandFailedException failure)
        {
            context.Report.Failure(failure);
            return failure.Exit;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            context.Report.Failure(new CommandFailedException(
                ExitCode.Interrupted, "client.interrupted", "Interrupted.", "See `berth status` for what was done before."));
            return ExitCode.Interrupted;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or HttpRequestException)
        {
            var unreachable = problem is HttpRequestException or HttpIOException;
            context.Report.Failure(new CommandFailedException(
                unreachable ? ExitCode.Unreachable : ExitCode.Failed, unreachable ? "client.connection_lost" : "client.io", problem.Message));
            return unreachable ? ExitCode.Unreachable : ExitCode.Failed;
        }
    }
}
