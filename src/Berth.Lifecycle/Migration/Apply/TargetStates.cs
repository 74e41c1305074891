using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Lifecycle.Migration.Planning;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Migration.Apply;

/// <summary>Reads what Berth holds, as far as a plan depends on it. Writes nothing.</summary>
internal static class TargetStates
{
    public static async Task<TargetState> ReadAsync(IDatabase database, SharedStore store, CancellationToken cancellationToken)
    {
        var inStore = store.Ids().ToList();
        return await database.ReadAsync(async session =>
        {
            var runs = await MigrationRows.RunsAsync(session);
            var unfinished = runs.LastOrDefault(run => run.State is MigrationRows.Running or MigrationRows.Undoing);
            var packages = await session.QueryAsync<SlugVersion>(
                "SELECT slug, version FROM package_version UNION SELECT slug, version FROM private_version");
            var known = packages.Concat(inStore.Select(id => new SlugVersion(id.Slug, id.Version))).ToList();
            return new TargetState
            {
                Users = (await session.QueryAsync<UserName>("SELECT id, username_folded FROM users"))
                    .ToDictionary(user => user.Id, user => user.UsernameFolded, StringComparer.Ordinal),
                Installations = (await session.QueryAsync<string>("SELECT id FROM plugin")).Select(TargetState.Fold).ToHashSet(StringComparer.Ordinal),
                Versions = known.Select(one => TargetState.Fold($"{one.Slug}/{one.Version}")).ToHashSet(StringComparer.Ordinal),
                Slugs = known.Select(one => one.Slug).Distinct(StringComparer.Ordinal).GroupBy(TargetState.Fold, StringComparer.Ordinal)
                    .ToDictionary(group => group.Key, group => group.Order(StringComparer.Ordinal).First(), StringComparer.Ordinal),
                Unfinished = unfinished,
                Finished = [.. runs.Where(run => run.Id != unfinished?.Id).Select(run => run.Fingerprint)],
                ByUnfinished = await MadeAsync(session, run => run == unfinished?.Id),
                ByFinished = await MadeAsync(session, run => run != unfinished?.Id),
            };
        }, cancellationToken);
    }

    private static async Task<MadeItems> MadeAsync(DbSession session, Func<string, bool> isMeant)
    {
        var users = await MigrationRows.KeysAsync(session, MigrationRows.User);
        var installations = await MigrationRows.KeysAsync(session, MigrationRows.Installation);
        var readers = await MigrationRows.KeysAsync(session, MigrationRows.Reader);
        var packages = new Dictionary<string, MadeVersion>(StringComparer.Ordinal);
        foreach (var item in await session.QueryAsync<MigrationItem>(
            "SELECT migration_id, kind, key, created, detail FROM migration_item WHERE kind = 'package'"))
        {
            if (isMeant(item.MigrationId) && PackageDetail.Read(item.Detail) is var detail)
                packages[item.Key] = new MadeVersion(detail.Version, detail.Digest);
        }

        return new MadeItems(
            users.Where(item => isMeant(item.MigrationId) && item.Created != 0).Select(item => item.Key).ToHashSet(StringComparer.Ordinal),
            packages,
            readers.Where(item => isMeant(item.MigrationId)).Select(item => item.Key).ToHashSet(StringComparer.Ordinal),
            installations.Where(item => isMeant(item.MigrationId)).Select(item => TargetState.Fold(item.Key)).ToHashSet(StringComparer.Ordinal));
    }

    private sealed record SlugVersion(string Slug, string Version);

    private sealed record UserName(string Id, string UsernameFolded);
}

/// <summary>What the journal keeps of a package.</summary>
/// <param name="Slug">Its plugin.</param>
/// <param name="Version">Its version.</param>
/// <param name="Digest">SHA-256 of its bytes.</param>
/// <param name="WasInStore">Whether the shared store had it before.</param>
internal sealed record PackageDetail(string Slug, string Version, string Digest, bool WasInStore)
{
    public static PackageDetail Read(string json) => JsonSerializer.Deserialize(json, MigrationJson.Default.PackageDetail)!;

    public string Write() => JsonSerializer.Serialize(this, MigrationJson.Default.PackageDetail);
}

/// <summary>What the journal keeps of an installation: which row it made, and every column of the old rows.</summary>
/// <param name="UserId">Its user.</param>
/// <param name="Slug">Its plugin.</param>
/// <param name="Version">Its version.</param>
/// <param name="Digest">SHA-256 of its package.</param>
/// <param name="Row">The old row of <c>plugin</c>.</param>
/// <param name="Modules">The old rows of <c>module</c>, by id.</param>
internal sealed record InstallationDetail(
    string UserId, string Slug, string Version, string Digest,
    IReadOnlyDictionary<string, string?> Row, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>> Modules)
{
    public static InstallationDetail Read(string json) => JsonSerializer.Deserialize(json, MigrationJson.Default.InstallationDetail)!;

    public string Write() => JsonSerializer.Serialize(this, MigrationJson.Default.InstallationDetail);
}
