using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Migration.Apply;
using Berth.Lifecycle.Migration.Packages;
using Berth.Lifecycle.Migration.Planning;

namespace Berth.Lifecycle.Migration.Report;

/// <summary>What a run makes: predicted from the plan, or measured on what it made. Both must be the same.</summary>
internal sealed record MigrationFigures(long UsersCreated, long PackagesMade, long Migrated, long Modules, long AddedBytes)
{
    public static MigrationFigures Predict(PreparedPlan prepared)
    {
        var plan = prepared.Plan;
        var used = plan.Installations.Where(one => one.Fate is InstallationFate.Migrated or InstallationFate.KeptPrivately)
            .Select(one => one.Content!).DistinctBy(content => content.Key, StringComparer.Ordinal).Where(content => content.MadeDigest is null).ToList();
        var migrated = plan.Installations.Where(one => one.Fate == InstallationFate.Migrated).ToList();
        return new MigrationFigures(
            plan.Users.Count(user => !user.Exists), used.Count, migrated.Count,
            migrated.Sum(one => InstallationBatch.Modules(one.Old).LongCount()), used.Sum(content => prepared.Contents[content.Key].NewBytes));
    }

    public static async Task<MigrationFigures> MeasureAsync(MigrationParts parts, RunState run, CancellationToken cancellationToken)
    {
        var (users, installations, modules, packages, packed) = await parts.Database.ReadAsync(async session =>
        {
            var made = (await MigrationRows.ItemsAsync(session, run.Id, MigrationRows.Package)).Where(item => item.Created != 0).Select(item => PackageDetail.Read(item.Detail)).ToList();
            return (
                await CountAsync(session, "SELECT COUNT(*) FROM migration_item i JOIN users u ON u.id = i.key WHERE i.migration_id = @Id AND i.kind = 'user' AND i.created = 1"),
                await CountAsync(session, "SELECT COUNT(*) FROM migration_item i JOIN plugin p ON p.id = i.key WHERE i.migration_id = @Id AND i.kind = 'installation'"),
                await CountAsync(session, "SELECT COUNT(*) FROM migration_item i JOIN module m ON m.plugin_id = i.key WHERE i.migration_id = @Id AND i.kind = 'installation'"),
                made,
                await session.QueryAsync<Packed>("SELECT digest, size FROM private_version"));
        }, cancellationToken);
        var sizes = packed.ToDictionary(one => one.Digest, one => one.Size, StringComparer.Ordinal);
        var stored = packages.Sum(one => parts.Store.IndexOf(new PluginVersionId(one.Slug, one.Version)) is { } index ? index.UnpackedBytes + index.VariantBytes : 0);
        return new MigrationFigures(users, packages.Count, installations, modules, stored + packages.Sum(one => sizes.GetValueOrDefault(one.Digest)));

        Task<long> CountAsync(DbSession session, string sql) => session.ScalarAsync<long>(sql, new { run.Id });
    }

    private sealed record Packed(string Digest, long Size);
}
