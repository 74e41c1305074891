using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Berth.Cli.Output;
using Berth.Cli.Serving;

namespace Berth.Cli.Commands;

/// <summary>
/// <c>berth migrate</c>: takes over an old system that gave every user a copy of every plugin. The work is the server's
/// (<c>berth-server migrate</c>, on its data folder, with its settings); this shows it to people.
/// </summary>
internal static class MigrateCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var from = new Option<DirectoryInfo?>("--from") { Description = "The old system's folder of plugins", HelpName = "dir" };
        var database = new Option<FileInfo?>("--database") { Description = "The old system's SQLite database", HelpName = "file" };
        var backup = new Option<DirectoryInfo?>("--backup") { Description = "Put a backup into this new folder before", HelpName = "dir" };
        var resume = new Option<bool>("--resume") { Description = "Go on with a run that was interrupted" };
        var verify = new Option<bool>("--verify") { Description = "Only compare: every file over the host's own route, and every row" };
        var rollback = new Option<bool>("--rollback") { Description = "Undo the last run" };
        var noVerify = new Option<bool>("--no-verify") { Description = "Do not compare at the end" };
        var arguments = new Argument<string[]>("arguments") { Description = "Settings of the server, passed on", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("migrate", "Take over an old system of per-user plugin folders") { from, database, backup, resume, verify, rollback, noVerify, arguments };
        return runner.Bind(command, (context, cancellationToken) =>
        {
            List<string> passed = ["migrate"];
            AddValue("--from", context.Get(from)?.FullName);
            AddValue("--database", context.Get(database)?.FullName);
            AddValue("--backup", context.Get(backup)?.FullName);
            AddFlag("--resume", context.Get(resume));
            AddFlag("--verify", context.Get(verify));
            AddFlag("--rollback", context.Get(rollback));
            AddFlag("--no-verify", context.Get(noVerify));
            AddFlag("--dry-run", context.IsDryRun);
            return RunAsync(context, [.. passed, .. context.Get(arguments) ?? []], cancellationToken);

            void AddValue(string name, string? value) => passed.AddRange(value is null ? [] : [name, value]);

            void AddFlag(string name, bool isSet) => passed.AddRange(isSet ? [name] : []);
        });
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var assembly = await ServerLocation.FindAsync(
            AppContext.BaseDirectory, context.Terminal.Variable(ServerLocation.VariableName), context.Report, cancellationToken);
        var start = new ProcessStartInfo(ServerLocation.Muxer(), [assembly, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment.Remove(ServerLocation.VariableName);
        await using var server = ChildProcess.Start(start);
        (string Code, string Detail)? error = null;
        var reading = ReadAsync(server.Process.StandardOutput, context, failure => error = failure);
        var exit = (ExitCode)await server.WaitAsync(cancellationToken);
        await reading;
        return error is { } failed ? throw new CommandFailedException(exit, failed.Code, failed.Detail) : exit;
    }

    private static async Task ReadAsync(StreamReader lines, CommandContext context, Action<(string Code, string Detail)> fail)
    {
        while (await lines.ReadLineAsync() is { } line)
        {
            if (Parse(line) is not { } said)
            {
                context.Report.Say(line);
                continue;
            }

            if (MigrateView.Text(said, "type") == "error")
                fail((MigrateView.Text(said, "code"), MigrateView.Text(said, "detail")));
            else if (context.Report.IsJson)
                await context.Terminal.Out.WriteLineAsync(line);
            else if (MigrateView.Text(said, "type") == "progress")
                MigrateView.Progress(context, said);
            else
                MigrateView.Result(context.Report, said);
        }
    }

    private static JsonElement? Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
