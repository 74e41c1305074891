using Berth.Lifecycle.Migration.Apply;
using Berth.Lifecycle.Migration.OldLayout;
using Berth.Lifecycle.Migration.Packages;
using Berth.Lifecycle.Migration.Planning;
using Berth.Lifecycle.Migration.Report;
using Berth.Lifecycle.Migration.Verify;

namespace Berth.Lifecycle.Migration;

/// <summary>The migration of an old system that was read: plan → prepare → apply → verify, or undo.</summary>
internal sealed class MigrationWork(MigrationParts parts, MigrationProgress progress)
{
    /// <summary>Plans and says what would be done. Writes nothing.</summary>
    public async Task<MigrationOutcome> PlanAsync(OldSystem old, CancellationToken cancellationToken)
    {
        var target = await TargetAsync(cancellationToken);
        if (Refuse(old, target) is { } refused)
            return refused;
        var (prepared, _) = await PrepareAsync(old, target, cancellationToken);
        return new MigrationOutcome.Planned(ReportWriting.Of(prepared, MigrationFigures.Predict(prepared)));
    }

    /// <summary>Plans and does it, or goes on with what was interrupted. A second time: nothing to do, nothing written.</summary>
    public async Task<MigrationOutcome> ApplyAsync(OldSystem old, Func<Task<MigrationOutcome.Refused?>>? backup, CancellationToken cancellationToken)
    {
        var target = await TargetAsync(cancellationToken);
        if (Refuse(old, target) is { } refused)
            return refused;
        var (prepared, maker) = await PrepareAsync(old, target, cancellationToken);
        if (target.Unfinished is null)
        {
            if (ReportWriting.IsDone(prepared.Plan))
                return new MigrationOutcome.Applied(ReportWriting.Of(prepared, MigrationFigures.Predict(prepared)));
            if (backup is not null && await backup() is { } noBackup)
                return noBackup;
        }

        var run = await new MigrationRun(parts, prepared, maker, progress).ApplyAsync(target, cancellationToken);
        return new MigrationOutcome.Applied(ReportWriting.Of(prepared, await MigrationFigures.MeasureAsync(parts, run, cancellationToken)));
    }

    /// <summary>Compares the old system with what a running host serves and the database holds.</summary>
    public async Task<VerificationReport> VerifyAsync(OldSystem old, IServedFiles served, CancellationToken cancellationToken)
    {
        var target = await TargetAsync(cancellationToken);
        var (runs, keys) = await parts.Database.ReadAsync(
            async session => (await MigrationRows.RunsAsync(session), await MigrationRows.KeysAsync(session, MigrationRows.Installation)), cancellationToken);
        var verified = runs.Where(run => run.State == MigrationRows.Verified).Select(run => run.Id).ToHashSet(StringComparer.Ordinal);
        var before = new VerifiedRuns(
            runs.Count == 0 ? 0 : runs[0].StartedAt,
            keys.Where(key => !verified.Contains(key.MigrationId)).Select(key => TargetState.Fold(key.Key)).ToHashSet(StringComparer.Ordinal));

        // What nobody migrated is missing: a verification must not pass because there was nothing to look at.
        var report = await new Verification(parts, MigrationPlanner.Plan(old, target), before, served, progress).RunAsync(cancellationToken);
        foreach (var run in runs.Where(run => report.IsWhole && run.State == MigrationRows.Applied))
            await parts.Database.WriteAsync(session => MigrationRows.SetStateAsync(session, run.Id, MigrationRows.Verified, parts.Now), cancellationToken);
        return report;
    }

    /// <summary>Undoes the last run, or goes on with undoing it.</summary>
    public async Task<MigrationOutcome> RollBackAsync(CancellationToken cancellationToken)
    {
        var runs = await parts.Database.ReadAsync(MigrationRows.RunsAsync, cancellationToken);
        return runs.Count == 0
            ? new MigrationOutcome.Refused("migration.no_run", "No migration has run, so there is nothing to roll back.")
            : new MigrationOutcome.RolledBack(await new MigrationRollback(parts, progress).UndoAsync(runs[^1], cancellationToken));
    }

    /// <summary>Whether a run was interrupted.</summary>
    public async Task<bool> IsInterruptedAsync(CancellationToken cancellationToken) => (await TargetAsync(cancellationToken)).Unfinished is not null;

    private Task<TargetState> TargetAsync(CancellationToken cancellationToken) => TargetStates.ReadAsync(parts.Database, parts.Store, cancellationToken);

    private static MigrationOutcome.Refused? Refuse(OldSystem old, TargetState target) => target.Unfinished switch
    {
        { State: MigrationRows.Undoing } => new("migration.undoing", "A rollback was interrupted. Finish it first: berth migrate --rollback."),
        { } run when run.Fingerprint != Fingerprints.Of(old) => new(
            "migration.source_changed",
            "The old system is not the one that the interrupted run began with. Stop the old application; then roll back (berth migrate --rollback) and migrate again."),
        _ => null,
    };

    private async Task<(PreparedPlan Prepared, PackageMaker Maker)> PrepareAsync(OldSystem old, TargetState target, CancellationToken cancellationToken)
    {
        var plan = MigrationPlanner.Plan(old, target);
        var maker = new PackageMaker(parts.Limits, parts.Store.Codings, plan.Contents.Select(content => content.Slug).ToHashSet(StringComparer.Ordinal));
        return (await PreparedPlan.PrepareAsync(plan, maker, (done, total) => progress.Report("prepare", done, total), cancellationToken), maker);
    }
}
