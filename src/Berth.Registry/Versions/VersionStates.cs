using Berth.Data.Sessions;
using Berth.Registry.Catalog;
using Berth.Registry.Publishers;
using Berth.Registry.Search;

namespace Berth.Registry.Versions;

/// <inheritdoc />
internal sealed class VersionStates(IDatabase database, CatalogSnapshots snapshots, IEnumerable<IVersionUse> use, TimeProvider time) : IVersionStates
{
    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    public Task<VersionOutcome> YankAsync(
        RegistryActor actor, string slug, string version, string reason, bool isDryRun = false, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        reason = Clean(reason)!;
        return ChangeAsync(slug, isDryRun, (session, isDry) => OneAsync(session, actor, slug, version, PublisherRoles.Maintainer, isDry, async row =>
        {
            if (row.YankedAt is not null && row.YankReason == reason)
                return false;
            if (isDry)
                return true;
            await session.ExecuteAsync(
                "UPDATE package_version SET yanked_at = COALESCE(yanked_at, @at), yank_reason = @reason, yanked_by = @ActorId WHERE slug = @Slug AND version = @Version",
                new { at = Now, reason, actor.ActorId, row.Slug, row.Version });
            await VersionTrail.AddAsync(session, actor, Now, "berth.package.yanked", "package.yank", row, new { slug = row.Slug, version = row.Version, reason });
            return true;
        }), cancellationToken);
    }

    public Task<VersionOutcome> UnyankAsync(RegistryActor actor, string slug, string version, bool isDryRun = false, CancellationToken cancellationToken = default) =>
        ChangeAsync(slug, isDryRun, (session, isDry) => OneAsync(session, actor, slug, version, PublisherRoles.Maintainer, isDry, async row =>
        {
            if (row.YankedAt is null)
                return false;
            if (isDry)
                return true;
            await session.ExecuteAsync(
                "UPDATE package_version SET yanked_at = NULL, yank_reason = NULL, yanked_by = NULL WHERE slug = @Slug AND version = @Version", new { row.Slug, row.Version });
            await VersionTrail.AddAsync(session, actor, Now, "berth.package.unyanked", "package.unyank", row, new { slug = row.Slug, version = row.Version });
            return true;
        }), cancellationToken);

    public Task<VersionOutcome> DeprecateAsync(
        RegistryActor actor, string slug, string? version, string message, string? successorSlug, string? successorVersion,
        bool isDryRun = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        var wish = new DeprecationWish(Clean(message)!, Clean(successorSlug), Clean(successorVersion));
        return ChangeAsync(slug, isDryRun, async (session, isDry) =>
        {
            if (await wish.CheckAsync(session) is { } refusal)
                return new VersionOutcome.Refused(slug, [refusal]);
            if (version is not null)
                return await OneAsync(session, actor, slug, version, PublisherRoles.Maintainer, isDry, row => wish.ApplyAsync(session, actor, row, Now, isDry));

            // All of them, one by one, so that each has its event.
            var visible = await VersionRows.SlugAsync(session, slug) is { } spelled ? await VersionRows.VisibleAsync(session, spelled) : [];
            VersionOutcome outcome = visible.Count == 0 ? new VersionOutcome.UnknownPlugin() : new VersionOutcome.Done(slug, "", false);
            var isChanged = false;
            foreach (var one in visible)
            {
                outcome = await OneAsync(session, actor, slug, one, PublisherRoles.Maintainer, isDry, row => wish.ApplyAsync(session, actor, row, Now, isDry));
                if (outcome is not VersionOutcome.Done done)
                    return outcome;
                isChanged |= done.Changed;
            }

            return outcome is VersionOutcome.Done last ? last with { Version = "", Changed = isChanged } : outcome;
        }, cancellationToken);
    }

    public async Task<VersionOutcome> DeleteAsync(
        RegistryActor actor, string slug, string version, string? reason, bool isForced, bool isDryRun = false, CancellationToken cancellationToken = default)
    {
        reason = Clean(reason);
        var installations = await InstallationsAsync(slug, version, cancellationToken);
        return await ChangeAsync(slug, isDryRun, async (session, isDry) =>
        {
            var (row, no) = await VersionRows.AskAsync(session, actor, slug, version, PublisherRoles.Admin);
            if (row is null)
                return no!;
            if (isForced && (!actor.IsAdministrator || string.IsNullOrWhiteSpace(reason)))
                return new VersionOutcome.Refused(row.Slug, [new VersionRefusal("version.delete.force", "Only an administrator may delete against the rules, and only with a reason.")]);
            if (!isForced && await DeletionRules.FindAsync(session, row, time.GetUtcNow(), installations) is { Count: > 0 } reasons)
                return new VersionOutcome.Refused(row.Slug, reasons);
            if (!isDry)
                await Tombstones.PutAsync(session, actor, row, reason, isForced, Now);
            return new VersionOutcome.Done(row.Slug, row.Version, true);
        }, cancellationToken);
    }

    public Task<Tombstone?> FindTombstoneAsync(string slug, string version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(slug);
        return database.ReadAsync(
            async session => await VersionRows.SlugAsync(session, slug) is { } spelled
                && await VersionRows.FindAsync(session, spelled, version) is { State: VersionState.Deleted } row ? row.ToTombstone() : null,
            cancellationToken);
    }

    /// <summary><see langword="null"/> when nobody can say.</summary>
    private async Task<long?> InstallationsAsync(string slug, string version, CancellationToken cancellationToken)
    {
        var row = await database.ReadAsync(
            async session => await VersionRows.SlugAsync(session, slug) is { } spelled ? await VersionRows.FindAsync(session, spelled, version) : null, cancellationToken);
        long? sum = null;
        foreach (var one in use)
            sum = (sum ?? 0) + (row is null ? 0 : await one.InstallationsAsync(row.Slug, row.Digest, cancellationToken));
        return sum;
    }

    private static async Task<VersionOutcome> OneAsync(
        DbSession session, RegistryActor actor, string slug, string version, string role, bool isDryRun, Func<VersionRow, Task<bool>> changeAsync)
    {
        var (row, no) = await VersionRows.AskAsync(session, actor, slug, version, role);
        if (row is null)
            return no!;
        var isChanged = await changeAsync(row);
        if (isChanged && !isDryRun)
            await SearchIndex.RefreshAsync(session, row.Slug);
        return new VersionOutcome.Done(row.Slug, row.Version, isChanged);
    }

    /// <summary>Runs the change, and lets everybody see it at once. A dry run asks the same and writes nothing.</summary>
    private async Task<VersionOutcome> ChangeAsync(
        string slug, bool isDryRun, Func<DbSession, bool, Task<VersionOutcome>> workAsync, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(slug);
        if (isDryRun)
            return await database.ReadAsync(session => workAsync(session, true), cancellationToken);
        var outcome = await database.WriteAsync(session => workAsync(session, false), cancellationToken);
        snapshots.Invalidate(slug);
        return outcome;
    }

    // PostgreSQL takes no NUL in a text.
    private static string? Clean(string? text) => text?.Replace("\0", "", StringComparison.Ordinal).Trim();
}
