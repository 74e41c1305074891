using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Store;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Versions;

/// <summary>Joins the store's indexes, the counts of the database and the registry's offers.</summary>
internal sealed class StoredVersions(
    IDatabase database, SharedStore store, IPackageSource source, IInstallations installations, VersionResolver resolver, Requirements requirements,
    LifecycleOptions options, TimeProvider time) : IStoredVersions
{
    public async Task<IReadOnlyList<VersionUse>> ListAsync(CancellationToken cancellationToken = default)
    {
        var uses = await database.ReadAsync(VersionUseRows.AllAsync, cancellationToken);
        var ids = store.Ids().Concat(uses.Keys).Distinct().ToList();
        var newest = new Dictionary<string, SemanticVersion?>(StringComparer.Ordinal);
        var list = new List<VersionUse>(ids.Count);
        foreach (var id in ids)
        {
            if (!newest.TryGetValue(id.Slug, out var offered))
                newest[id.Slug] = offered = await NewestAsync(id.Slug, cancellationToken);
            list.Add(Use(id, store.IndexOf(id), uses.GetValueOrDefault(id), offered));
        }

        return [.. list.OrderBy(use => use.Slug, StringComparer.Ordinal).ThenBy(use => SemanticVersion.Parse(use.Version))];
    }

    public async Task<VersionDetail?> FindAsync(string slug, string version, CancellationToken cancellationToken = default)
    {
        if (!StorePaths.AreNames(slug, version))
            return null;
        var id = new PluginVersionId(slug, version);
        var counts = await database.ReadAsync(session => VersionUseRows.FindAsync(session, id), cancellationToken);
        var index = store.Find(slug, version) is null ? null : store.IndexOf(id);
        if (index is null && counts is not { Users: > 0 } and not { RollbackSlots: > 0 })
            return null;
        var use = Use(id, index, counts, await NewestAsync(slug, cancellationToken));
        return new VersionDetail(use, [.. (index?.Files ?? []).Select(file => new VersionFile(file.Path, file.Size, file.Sha256, file.Served))]);
    }

    public Task<VersionUsers> UsersAsync(string slug, string version, int limit, string? cursor, CancellationToken cancellationToken = default) =>
        database.ReadAsync(session => VersionUseRows.UsersAsync(session, slug, version, limit, cursor), cancellationToken);

    public async Task<Compatibility> CheckAsync(OperationCaller caller, string slug, string? range, CancellationToken cancellationToken = default)
    {
        var installed = await installations.OfUserAsync(caller.UserId, cancellationToken);
        var against = new Dictionary<string, string>(StringComparer.Ordinal) { ["berth"] = options.HostVersion };
        foreach (var other in installed.Plugins.Where(other => !string.Equals(other.Slug, slug, StringComparison.OrdinalIgnoreCase)))
            against[other.Slug] = other.Version;
        return await resolver.ResolveAsync(slug, range, null, cancellationToken) switch
        {
            ResolveOutcome.Found { Candidate: var candidate } when requirements.Check(candidate, installed, []) is var reasons =>
                new Compatibility(candidate.Slug, candidate.Version.ToString(), reasons.Count == 0, reasons, against),
            ResolveOutcome.No { Refusal: var no } => new Compatibility(slug, null, false, [new RefusalReason(no.Code, no.Message)], against),
            var other => throw new InvalidOperationException($"The resolver answered {other.GetType().Name}."),
        };
    }

    private VersionUse Use(PluginVersionId id, StoreIndex? index, VersionCounts? counts, SemanticVersion? newest) => new(
        id.Slug, id.Version, index is not null, index?.Digest, index?.TrustLevel,
        index is null ? 0 : index.UnpackedBytes + index.VariantBytes, index?.Files.Count ?? 0,
        Instant(counts?.StagedAt), counts is { Users: > 0 } or { RollbackSlots: > 0 } ? time.GetUtcNow() : Instant(counts?.ReferencedAt),
        counts?.Users ?? 0, counts?.RollbackSlots ?? 0,
        newest is not null && newest.CompareTo(SemanticVersion.Parse(id.Version)) > 0 ? newest.ToString() : null);

    /// <summary>A registry that is away costs only the hint.</summary>
    private async Task<SemanticVersion?> NewestAsync(string slug, CancellationToken cancellationToken)
    {
        try
        {
            return (await source.VersionsAsync(slug, cancellationToken)).FirstOrDefault(one => !one.IsYanked && !one.Version.IsPrerelease)?.Version;
        }
        catch (PackageSourceUnavailableException)
        {
            return null;
        }
    }

    private static DateTimeOffset? Instant(long? milliseconds) => milliseconds is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}
