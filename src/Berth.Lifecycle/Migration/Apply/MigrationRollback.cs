using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Migration.Planning;
using Berth.Lifecycle.Migration.Report;

namespace Berth.Lifecycle.Migration.Apply;

/// <summary>
/// Undoes a run: installations → packages → users → the run itself. Before: what the run made, and what people did with it
/// since. After: what the run made is gone, unless somebody changed it or built on it; that stays and is named. After an
/// end at any step: a part is undone, and the same command goes on. The old system's files are not touched.
/// </summary>
internal sealed class MigrationRollback(MigrationParts parts, MigrationProgress progress)
{
    private const int BatchSize = 100;
    private readonly List<string> _kept = [];

    public async Task<RollbackReport> UndoAsync(RunState run, CancellationToken cancellationToken)
    {
        await parts.Database.WriteAsync(session => MigrationRows.SetStateAsync(session, run.Id, MigrationRows.Undoing, parts.Now), cancellationToken);
        await parts.ReachedAsync("undo_begun");
        var installations = await InstallationsAsync(run, cancellationToken);
        var packages = await PackagesAsync(run, cancellationToken);
        var users = await UsersAsync(run, cancellationToken);
        await parts.Database.WriteAsync(session => MigrationRows.DeleteRunAsync(session, run.Id), cancellationToken);
        await parts.ReachedAsync("undone");
        return new RollbackReport(installations, packages, users, _kept);
    }

    private async Task<long> InstallationsAsync(RunState run, CancellationToken cancellationToken)
    {
        var items = await ItemsAsync(run, MigrationRows.Installation, cancellationToken);
        long removed = 0;
        foreach (var batch in items.Chunk(BatchSize))
        {
            var gone = await parts.Database.WriteAsync(async session =>
            {
                List<InstallationDetail> gone = [];
                foreach (var item in batch)
                {
                    var detail = InstallationDetail.Read(item.Detail);
                    if (await UninstallAsync(session, run, item.Key, detail))
                        gone.Add(detail);
                    await MigrationRows.DeleteItemAsync(session, run.Id, MigrationRows.Installation, item.Key);
                }

                return gone;
            }, cancellationToken);
            removed += gone.Count;
            foreach (var detail in gone)
                parts.Records.Write(detail.UserId, detail.Slug, null);
            foreach (var userId in gone.Select(detail => detail.UserId).Distinct(StringComparer.Ordinal))
                RemoveEmptyRecord(userId);
            progress.Report("rollback", removed, items.Count);
            await parts.ReachedAsync("undo_installations");
        }

        return removed;
    }

    /// <summary>Removes an installation that is as the run made it. One that the user changed since is theirs.</summary>
    private async Task<bool> UninstallAsync(DbSession session, RunState run, string pluginId, InstallationDetail detail)
    {
        var updatedAt = OldColumns.Instant(detail.Row, "updated_at", OldColumns.Instant(detail.Row, "created_at", run.StartedAt));
        var isAsMade = await session.ScalarAsync<long>(
            "SELECT COUNT(*) FROM plugin WHERE id = @pluginId AND digest = @Digest AND updated_at = @updatedAt", new { pluginId, detail.Digest, updatedAt }) == 1;
        if (!isAsMade)
        {
            if (await session.ScalarAsync<long>("SELECT COUNT(*) FROM plugin WHERE id = @pluginId", new { pluginId }) == 1)
                Keep($"{pluginId}: changed since the migration.");
            return false;
        }

        await session.ExecuteAsync("DELETE FROM plugin WHERE id = @pluginId", new { pluginId });
        await session.ExecuteAsync(
            """
            DELETE FROM user_data_generation WHERE user_id = @UserId AND plugin_slug = @Slug AND created_at = @StartedAt
                AND NOT EXISTS (SELECT 1 FROM user_data d WHERE d.user_id = @UserId AND d.plugin_slug = @Slug)
            """,
            new { detail.UserId, detail.Slug, run.StartedAt });
        return true;
    }

    private async Task<long> PackagesAsync(RunState run, CancellationToken cancellationToken)
    {
        var readers = await ItemsAsync(run, MigrationRows.Reader, cancellationToken);
        foreach (var batch in readers.Chunk(BatchSize))
        {
            await parts.Database.WriteAsync(async session =>
            {
                foreach (var item in batch.Where(item => item.Created != 0))
                {
                    var (digest, userId) = (item.Key[..64], item.Key[65..]);
                    await session.ExecuteAsync(
                        """
                        DELETE FROM private_reader WHERE digest = @digest AND user_id = @userId
                            AND NOT EXISTS (SELECT 1 FROM plugin WHERE user_id = @userId AND (digest = @digest OR previous_digest = @digest))
                        """,
                        new { digest, userId });
                }

                return batch.Length;
            }, cancellationToken);
            await parts.ReachedAsync("undo_readers");
        }

        long removed = 0;
        foreach (var item in (await ItemsAsync(run, MigrationRows.Package, cancellationToken)).Where(item => item.Created != 0))
        {
            removed += await RemoveAsync(PackageDetail.Read(item.Detail), cancellationToken) ? 1 : 0;
            await parts.ReachedAsync("undo_package");
        }

        return removed;
    }

    private async Task<bool> RemoveAsync(PackageDetail package, CancellationToken cancellationToken)
    {
        var (isUsed, isPublic) = await parts.Database.WriteAsync(async session =>
        {
            var used = await session.ScalarAsync<long>(
                """
                SELECT (SELECT COUNT(*) FROM plugin WHERE digest = @Digest OR previous_digest = @Digest)
                     + (SELECT COUNT(*) FROM private_reader WHERE digest = @Digest)
                """,
                new { package.Digest }) > 0;
            if (!used)
                await session.ExecuteAsync("DELETE FROM private_version WHERE digest = @Digest", new { package.Digest });
            return (used, await session.ScalarAsync<long>("SELECT COUNT(*) FROM package_version WHERE digest = @Digest", new { package.Digest }) > 0);
        }, cancellationToken);
        if (isUsed)
        {
            Keep($"{package.Slug} {package.Version}: somebody still has it.");
            return false;
        }

        if (!isPublic)
            await parts.Blobs.DeleteAsync(package.Digest, cancellationToken);
        if (!package.WasInStore && !isPublic)
            await RemoveFilesAsync(package, cancellationToken);
        return true;
    }

    private async Task RemoveFilesAsync(PackageDetail package, CancellationToken cancellationToken)
    {
        const string Mark = "migration";
        await parts.Database.WriteAsync(
            session => session.ExecuteAsync(
                "UPDATE store_version SET removing = @Mark WHERE slug = @Slug AND version = @Version AND digest = @Digest",
                new { Mark, package.Slug, package.Version, package.Digest }),
            cancellationToken);
        await parts.Store.RemoveAsync(new PluginVersionId(package.Slug, package.Version), Mark, cancellationToken);
    }

    private async Task<long> UsersAsync(RunState run, CancellationToken cancellationToken)
    {
        long removed = 0;
        foreach (var batch in (await ItemsAsync(run, MigrationRows.User, cancellationToken)).Where(item => item.Created != 0).Chunk(BatchSize))
        {
            removed += await parts.Database.WriteAsync(async session =>
            {
                var gone = 0;
                foreach (var item in batch)
                {
                    gone += await session.ExecuteAsync(
                        """
                        DELETE FROM users WHERE id = @Key AND password_hash IS NULL AND roles = '[]'
                            AND NOT EXISTS (SELECT 1 FROM plugin WHERE user_id = @Key)
                            AND NOT EXISTS (SELECT 1 FROM tokens WHERE user_id = @Key)
                            AND NOT EXISTS (SELECT 1 FROM user_data_generation WHERE user_id = @Key)
                            AND NOT EXISTS (SELECT 1 FROM private_reader WHERE user_id = @Key)
                        """,
                        new { item.Key });
                }

                return gone;
            }, cancellationToken);
            await parts.ReachedAsync("undo_users");
        }

        return removed;
    }

    private void RemoveEmptyRecord(string userId)
    {
        // A record without entries says nothing; the folder was made for it.
        var path = parts.Store.Paths.UserRecord(userId);
        if (!File.Exists(path) || File.ReadAllText(path).Trim() != "{}")
            return;
        File.Delete(path);
        if (Path.GetDirectoryName(path) is { } folder && !Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }

    // A work may run twice: what is kept is named once.
    private void Keep(string what)
    {
        if (!_kept.Contains(what, StringComparer.Ordinal))
            _kept.Add(what);
    }

    private Task<IReadOnlyList<MigrationItem>> ItemsAsync(RunState run, string kind, CancellationToken cancellationToken) =>
        parts.Database.ReadAsync(session => MigrationRows.ItemsAsync(session, run.Id, kind), cancellationToken);
}
