using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;
using Berth.Cli.Serving;

namespace Berth.Cli.Commands;

/// <summary>
/// <c>berth doctor</c>: looks whether everything fits together, on a running server or, without one, on a data folder. Exit
/// 0 when nothing is (left) to repair, otherwise 1; with <c>--check</c> 9.
/// </summary>
internal static class DoctorCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var fix = new Option<bool>("--fix") { Description = "Repair what can be repaired" };
        var rebuild = new Option<bool>("--rebuild") { Description = "Make the rows again from the recovery records, when the database is gone; needs --data" };
        var data = new Option<string?>("--data") { Description = "Examine this data folder itself, without a server", HelpName = "dir" };
        var check = new Option<bool>("--check") { Description = "Exit 9 instead of 1 when there are findings" };
        var command = new Command("doctor", "Look whether rows, files, records and packages fit together (administrators)") { fix, rebuild, data, check };
        command.Validators.Add(result =>
        {
            if (result.GetValue(rebuild) && (result.GetValue(fix) || result.GetValue(data) is null))
                result.AddError("--rebuild goes with --data and without --fix: make the rows first, then look what is left to repair.");
        });
        return runner.Bind(command, async (context, cancellationToken) =>
        {
            var mayFix = context.Get(fix) && !context.IsDryRun;
            if (context.IsDryRun && context.Get(rebuild))
            {
                context.Report.Result(new DryRunOutput("rebuild the database"), $"Would make the rows again from the recovery records in {context.Get(data)}.");
                return ExitCode.Done;
            }

            var exit = context.Get(data) is { } folder
                ? await OfflineAsync(context, folder, mayFix, context.Get(rebuild), cancellationToken)
                : await OnlineAsync(context, mayFix, cancellationToken);
            return exit == ExitCode.Failed && context.Get(check) ? ExitCode.Difference : exit;
        });
    }

    /// <summary>On the server; where none answers on this machine, on the data folder of this directory.</summary>
    private static async Task<ExitCode> OnlineAsync(CommandContext context, bool fix, CancellationToken cancellationToken)
    {
        var view = new DoctorView(context.Report);
        try
        {
            var host = await context.HostAsync(cancellationToken);
            await foreach (var line in host.DoctorAsync(fix, cancellationToken))
                view.Show(line);
            if (view.HasEnded)
            {
                LevelsView.Show(context.Report, await host.IsolationAsync(cancellationToken));
                OffersView.Show(context.Report, await host.OffersAsync(cancellationToken));
            }

            return view.End();
        }
        catch (CommandFailedException failure) when (failure.Code == "client.unreachable" && context.Session.Server.IsLoopback)
        {
            var folder = context.Terminal.Variable("BERTH_DATA_DIR") ?? Path.Combine(Directory.GetCurrentDirectory(), "data");
            if (!Directory.Exists(folder))
                throw;
            context.Report.Say($"No server answers at {context.Session.ServerText}; looking at {folder} itself.");
            return await OfflineAsync(context, folder, fix, rebuild: false, cancellationToken);
        }
    }

    private static async Task<ExitCode> OfflineAsync(CommandContext context, string folder, bool fix, bool rebuild, CancellationToken cancellationToken)
    {
        var assembly = await ServerLocation.FindAsync(
            AppContext.BaseDirectory, context.Terminal.Variable(ServerLocation.VariableName), context.Report, cancellationToken);
        List<string> arguments = [assembly, "doctor", $"--BERTH_DATA_DIR={Path.GetFullPath(folder)}"];
        if (fix)
            arguments.Add("--fix");
        if (rebuild)
            arguments.Add("--rebuild");
        var start = new System.Diagnostics.ProcessStartInfo(ServerLocation.Muxer(), arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment.Remove(ServerLocation.VariableName);
        await using var server = ChildProcess.Start(start);
        var view = new DoctorView(context.Report);
        var ended = server.WaitAsync(cancellationToken);
        while (await server.Process.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            if (line.Length > 0)
                view.Show(DoctorLine.Read(line));
        }

        var exit = (ExitCode)await ended;
        cancellationToken.ThrowIfCancellationRequested();
        return view.HasEnded ? view.End() : throw view.Failure(exit);
    }
}
