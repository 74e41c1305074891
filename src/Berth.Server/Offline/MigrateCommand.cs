using System.Text.Json;
using Berth.Lifecycle.Migration;
using Berth.Lifecycle.Migration.Report;
using Berth.Lifecycle.Migration.Verify;
using Berth.Server.Configuration;

namespace Berth.Server.Offline;

/// <summary>
/// <c>berth-server migrate --from DIR --database FILE</c>: takes over an old system that gave every user a copy of every
/// plugin. It is alone on the data folder while it changes something, and it does not say that it succeeded before a host
/// has served every file of every installation (R33).
/// </summary>
internal sealed class MigrateCommand : IOfflineCommand
{
    private const string ReportName = "migration-report.json";
    private static readonly JsonSerializerOptions FileJson = new(BerthJson.Options) { WriteIndented = true };

    /// <inheritdoc />
    public string Name => "migrate";

    /// <inheritdoc />
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, CancellationToken cancellationToken)
    {
        var lines = new MigrateOutput(output, TimeProvider.System);
        try
        {
            var read = MigrateArguments.Read(arguments);
            var settings = BerthSettingsReader.Read([.. read.Settings], Directory.GetCurrentDirectory());
            return read.Action switch
            {
                MigrateAction.Plan => await PlanAsync(read, settings, lines, cancellationToken),
                MigrateAction.Apply => await ApplyAsync(read, settings, lines, cancellationToken),
                MigrateAction.Verify => await VerifyAsync(read, settings, lines, cancellationToken),
                _ => await RollBackAsync(settings, lines, cancellationToken),
            };
        }
        catch (Exception exception) when (MigrateFailures.Of(exception) is { } failure)
        {
            lines.Error(failure.Code, failure.Detail);
            return failure.Exit;
        }
    }

    private static async Task<int> PlanAsync(MigrateArguments read, BerthSettings settings, MigrateOutput lines, CancellationToken cancellationToken)
    {
        using var @lock = File.Exists(DataFolderLock.PathIn(settings.DataDirectory)) ? Own(settings) : null;
        using var copy = TargetCopy.Of(settings);
        await using var services = MigrateServices.Build(copy.Settings);
        var outcome = await services.GetRequiredService<OldSystemMigration>().PlanAsync(RequestOf(read), ProgressOf(lines), cancellationToken);
        return outcome is MigrationOutcome.Planned { Report: var report }
            ? Done(lines, new MigrateResult("plan", report.NothingToDo ? "nothing_to_do" : "planned") { Report = report })
            : Refused(lines, outcome);
    }

    private static async Task<int> ApplyAsync(MigrateArguments read, BerthSettings settings, MigrateOutput lines, CancellationToken cancellationToken)
    {
        MigrationOutcome outcome;
        using (Own(settings))
        {
            await using var services = MigrateServices.Build(settings);
            outcome = await services.GetRequiredService<OldSystemMigration>().ApplyAsync(RequestOf(read), settings.DataDirectory, ProgressOf(lines), cancellationToken);
        }

        if (outcome is not MigrationOutcome.Applied { Report: var report })
            return Refused(lines, outcome);
        var result = new MigrateResult("apply", report.NothingToDo ? "nothing_to_do" : "applied") { Report = report };
        if (!read.SkipVerification)
            result = Verified(result, await CompareAsync(read, settings, lines, cancellationToken));
        if (!report.NothingToDo)
            result = await KeepAsync(result, settings, cancellationToken);
        return Done(lines, result);
    }

    private static async Task<int> VerifyAsync(MigrateArguments read, BerthSettings settings, MigrateOutput lines, CancellationToken cancellationToken) =>
        Done(lines, Verified(new MigrateResult("verify", "verified"), await CompareAsync(read, settings, lines, cancellationToken)));

    private static async Task<int> RollBackAsync(BerthSettings settings, MigrateOutput lines, CancellationToken cancellationToken)
    {
        using var @lock = Own(settings);
        await using var services = MigrateServices.Build(settings);
        var outcome = await services.GetRequiredService<OldSystemMigration>().RollBackAsync(ProgressOf(lines), cancellationToken);
        if (outcome is not MigrationOutcome.RolledBack { Report: var report })
            return Refused(lines, outcome);
        File.Delete(Path.Combine(settings.DataDirectory, ReportName));
        return Done(lines, new MigrateResult("rollback", "rolled_back") { Rollback = report });
    }

    /// <summary>Starts the real host on a free port and asks it for everything.</summary>
    private static async Task<VerificationReport> CompareAsync(MigrateArguments read, BerthSettings settings, MigrateOutput lines, CancellationToken cancellationToken)
    {
        var local = settings with { HostUrls = ["http://127.0.0.1:0"], RegistryUrls = ["http://127.0.0.1:0"], Role = BerthRole.All, RateLimits = false };
        await using var server = await BerthServer.StartAsync(local, builder => builder.Logging.SetMinimumLevel(LogLevel.Error), cancellationToken);
        using var served = new ServedOverHttp(server);
        return await server.Services.GetRequiredService<OldSystemMigration>().VerifyAsync(RequestOf(read), served, ProgressOf(lines), cancellationToken);
    }

    private static MigrateResult Verified(MigrateResult result, VerificationReport verification) => result with
    {
        Verification = verification,
        State = !verification.IsWhole ? "different" : result.State == "nothing_to_do" ? result.State : "verified",
    };

    private static async Task<MigrateResult> KeepAsync(MigrateResult result, BerthSettings settings, CancellationToken cancellationToken)
    {
        var path = Path.Combine(settings.DataDirectory, ReportName);
        await File.WriteAllTextAsync(path + ".tmp", JsonSerializer.Serialize(result with { ReportFile = null }, FileJson) + "\n", cancellationToken);
        File.Move(path + ".tmp", path, overwrite: true);
        return result with { ReportFile = path };
    }

    private static int Done(MigrateOutput lines, MigrateResult result)
    {
        lines.Result(result);
        return result.State == "different" ? 1 : 0;
    }

    private static int Refused(MigrateOutput lines, MigrationOutcome outcome)
    {
        var refused = (MigrationOutcome.Refused)outcome;
        lines.Error(refused.Code, refused.Detail);
        return refused.Code == "migration.no_run" ? 3 : 6;
    }

    private static DataFolderLock Own(BerthSettings settings) =>
        DataFolderLock.TryOwn(settings.DataDirectory) ?? throw new DataFolderInUseException();

    private static MigrationRequest RequestOf(MigrateArguments read) =>
        new(Path.GetFullPath(read.From!), Path.GetFullPath(read.Database!)) { BackupDirectory = read.Backup is null ? null : Path.GetFullPath(read.Backup), OnlyResume = read.OnlyResume };

    private static MigrationProgress ProgressOf(MigrateOutput lines) => new(lines.Progress);
}

/// <summary>A server, or another command of this kind, uses the data folder.</summary>
internal sealed class DataFolderInUseException() : Exception("A server or another command uses this data folder. Stop it and try again.");
