using System.Security.Cryptography;
using System.Text;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Migration.Packages;
using Berth.Lifecycle.Migration.Planning;
using Berth.Lifecycle.Migration.Report;

namespace Berth.Lifecycle.Migration.Apply;

/// <summary>
/// Carries a plan out: users → packages → installations → recovery records. Before: Berth as it is. After: everything of
/// the plan. After an end at any step: a part of it, noted in the journal; the same plan again makes it whole, and the
/// state is then the one an undisturbed run would have made. Nothing of the old system is written to.
/// </summary>
internal sealed class MigrationRun(MigrationParts parts, PreparedPlan prepared, PackageMaker maker, MigrationProgress progress)
{
    private const int BatchSize = 100;
    private readonly MigrationPlan _plan = prepared.Plan;

    public async Task<RunState> ApplyAsync(TargetState target, CancellationToken cancellationToken)
    {
        var run = await BeginAsync(target, cancellationToken);
        await UsersAsync(run, cancellationToken);
        var packages = await new PackagePhase(parts, maker, progress).RunAsync(run, prepared, cancellationToken);
        await InstallationsAsync(run, packages, cancellationToken);
        WriteRecords(run, packages);
        await parts.ReachedAsync("recorded");
        await parts.Database.WriteAsync(session => MigrationRows.SetStateAsync(session, run.Id, MigrationRows.Applied, parts.Now), cancellationToken);
        await parts.ReachedAsync("applied");
        return run;
    }

    private async Task<RunState> BeginAsync(TargetState target, CancellationToken cancellationToken)
    {
        if (target.Unfinished is { } unfinished)
            return unfinished;
        // From what it migrates and the runs before it, so that a run that was rolled back and repeated is the same run.
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{_plan.Fingerprint}/{target.Finished.Count}")))[..32];
        var run = new RunState(id, _plan.Fingerprint, MigrationRows.Running, parts.Now);
        await parts.Database.WriteAsync(session => MigrationRows.InsertRunAsync(session, run), cancellationToken);
        await parts.ReachedAsync("begun");
        return run;
    }

    private async Task UsersAsync(RunState run, CancellationToken cancellationToken)
    {
        var done = 0;
        foreach (var batch in _plan.Users.Where(user => !user.Exists).Chunk(BatchSize))
        {
            await parts.Database.WriteAsync(async session =>
            {
                foreach (var user in batch)
                {
                    var created = await session.ExecuteAsync(
                        """
                        INSERT INTO users (id, username, username_folded, roles, created_at, disabled_at) VALUES (@Id, @Name, @Folded, '[]', @CreatedAt, @DisabledAt)
                        ON CONFLICT (id) DO NOTHING
                        """,
                        new
                        {
                            Id = user.Old.NewId,
                            Name = user.Username,
                            Folded = UserNames.Fold(user.Username),
                            CreatedAt = OldColumns.Instant(user.Old.Columns, "created_at", run.StartedAt),
                            DisabledAt = OldColumns.Flag(user.Old.Columns, "is_active", otherwise: true) ? (long?)null : run.StartedAt,
                        });
                    await MigrationRows.NoteAsync(session, run.Id, MigrationRows.User, user.Old.NewId, created == 1);
                }

                return batch.Length;
            }, cancellationToken);
            progress.Report("users", done += batch.Length, _plan.Users.Count(user => !user.Exists));
            await parts.ReachedAsync("users");
        }
    }

    private async Task InstallationsAsync(RunState run, IReadOnlyDictionary<string, string> digests, CancellationToken cancellationToken)
    {
        List<PlannedInstallation> all = [.. _plan.Installations.Where(one => one.Fate == InstallationFate.Migrated).OrderBy(one => one.PluginId, StringComparer.Ordinal)];
        var done = 0;
        foreach (var batch in all.Chunk(BatchSize))
        {
            await parts.Database.WriteAsync(async session =>
            {
                foreach (var installation in batch)
                    await InstallationBatch.WriteAsync(session, run, installation, digests[installation.Content!.Key]);
                return batch.Length;
            }, cancellationToken);
            progress.Report("installations", done += batch.Length, all.Count);
            await parts.ReachedAsync("installations");
        }
    }

    /// <summary>How each plugin came to its user; written last, because the database is the truth.</summary>
    private void WriteRecords(RunState run, IReadOnlyDictionary<string, string> digests)
    {
        foreach (var installation in _plan.Installations.Where(one => one.Fate == InstallationFate.Migrated))
        {
            var columns = installation.Old.Row!.Columns;
            parts.Records.Write(installation.UserId!, installation.Content!.Slug, new RecoveryEntry(
                columns.GetValueOrDefault("installation_type") ?? "migration", columns.GetValueOrDefault("source_url"), "migration",
                DateTimeOffset.FromUnixTimeMilliseconds(OldColumns.Instant(columns, "created_at", run.StartedAt)),
                installation.Content.Version, digests[installation.Content.Key], Enabled: OldColumns.Flag(columns, "enabled", otherwise: true) ? null : false));
        }
    }
}
