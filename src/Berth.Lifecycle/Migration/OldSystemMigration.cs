using Berth.Lifecycle.Migration.Apply;
using Berth.Lifecycle.Migration.OldLayout;
using Berth.Lifecycle.Migration.Report;
using Berth.Lifecycle.Migration.Verify;

namespace Berth.Lifecycle.Migration;

/// <summary>
/// Takes over an old system that gave every user a copy of every plugin. The old system is read and never written to; what
/// a run makes in Berth is journaled, so that it goes on after a kill and can be undone exactly.
/// </summary>
/// <remarks>
/// Nobody else may use the data folder while a run applies or is undone: the caller sees to that. A caller of
/// <see cref="ApplyAsync"/> says that the migration succeeded only when <see cref="VerifyAsync"/> said so.
/// </remarks>
public sealed class OldSystemMigration
{
    private readonly MigrationParts _parts;

    internal OldSystemMigration(MigrationParts parts) => _parts = parts;

    /// <summary>Before: anything. After: the same, and the report that a run would give.</summary>
    /// <exception cref="OldSystemException">The old system cannot be read.</exception>
    public async Task<MigrationOutcome> PlanAsync(MigrationRequest request, MigrationProgress progress, CancellationToken cancellationToken = default) =>
        await Work(progress).PlanAsync(await ReadAsync(request, progress, cancellationToken), cancellationToken);

    /// <summary>
    /// Before: Berth with or without a part of the run. After: all of it. After a failure or a kill: a part, which the same
    /// call completes and <see cref="RollBackAsync"/> removes.
    /// </summary>
    /// <param name="request">What to migrate.</param>
    /// <param name="dataDirectory">Where the embedded database lies, for the backup.</param>
    /// <exception cref="OldSystemException">The old system cannot be read.</exception>
    /// <exception cref="OldSystemChangedException">The old system was written to meanwhile.</exception>
    public async Task<MigrationOutcome> ApplyAsync(
        MigrationRequest request, string dataDirectory, MigrationProgress progress, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var work = Work(progress);
        if (request.OnlyResume && !await work.IsInterruptedAsync(cancellationToken))
            return new MigrationOutcome.Refused("migration.no_run", "No migration was interrupted, so there is nothing to resume.");
        var old = await ReadAsync(request, progress, cancellationToken);
        return await work.ApplyAsync(
            old,
            request.BackupDirectory is { } target ? () => MigrationBackup.WriteAsync(_parts, dataDirectory, request.DatabaseFile, target, cancellationToken) : null,
            cancellationToken);
    }

    /// <summary>Before and after: Berth as it is. Compares every file over the host's own route, and every row.</summary>
    /// <exception cref="OldSystemException">The old system cannot be read.</exception>
    public async Task<VerificationReport> VerifyAsync(
        MigrationRequest request, IServedFiles served, MigrationProgress progress, CancellationToken cancellationToken = default) =>
        await Work(progress).VerifyAsync(await ReadAsync(request, progress, cancellationToken), served, cancellationToken);

    /// <summary>Before: the last run, whole or not. After: what it made is gone, but for what people have changed or built on since.</summary>
    public Task<MigrationOutcome> RollBackAsync(MigrationProgress progress, CancellationToken cancellationToken = default) =>
        Work(progress).RollBackAsync(cancellationToken);

    private MigrationWork Work(MigrationProgress progress) => new(_parts, progress);

    private static Task<OldSystem> ReadAsync(MigrationRequest request, MigrationProgress progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(progress);
        // People name the folder of plugins, or the application's folder with it inside.
        var inside = Path.Combine(request.PluginsDirectory, "plugins");
        return new OldSystemReader().ReadAsync(
            Directory.Exists(inside) ? inside : request.PluginsDirectory, request.DatabaseFile, new Reading(progress), cancellationToken);
    }

    // Progress<T> would tell it on another thread, later.
    private sealed class Reading(MigrationProgress progress) : IProgress<OldReadingProgress>
    {
        public void Report(OldReadingProgress value) => progress.Report("read_" + value.Stage, value.Done, value.Total);
    }
}
