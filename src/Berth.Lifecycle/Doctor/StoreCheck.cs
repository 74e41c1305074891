using System.Runtime.CompilerServices;
using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Store.Codings;
using Berth.Packaging.Archive;

namespace Berth.Lifecycle.Doctor;

/// <summary>Reads every file of every version again: against the version's index, and the index against the package where this server has it.</summary>
internal sealed class StoreCheck(
    IDatabase database, SharedStore store, StoreVerification verification, VersionRestoration restoration, IEnumerable<IPackageBlobs> packages, StoreLedger ledger,
    CodingLibraries libraries) : IDoctorCheck
{
    private const int MostNamed = 5;

    public string Name => "store";

    public async IAsyncEnumerable<Ailment> RunAsync(DoctorScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var library in libraries.Missing)
            yield return Absent(library);
        var rows = (await ledger.AllAsync(cancellationToken)).ToDictionary(row => new PluginVersionId(row.Slug, row.Version));
        foreach (var id in store.Ids().Concat(rows.Keys).Distinct().OrderBy(id => id.Slug, StringComparer.Ordinal).ThenBy(id => id.Version, StringComparer.Ordinal).ToList())
        {
            scope.Done++;
            if (!Directory.Exists(store.Paths.Version(id)))
            {
                if (await ForgottenAsync(scope, id, cancellationToken) is { } forgotten)
                    yield return forgotten;
                continue;
            }

            if (await FilesAsync(scope, id, cancellationToken) is { } broken)
                yield return broken;
            else if (await UnlistedAsync(scope, id, cancellationToken) is { } unlisted)
                yield return unlisted;
        }
    }

    private static Ailment Absent(string library) => new(
        new Finding(
            "doctor.library_missing", FindingSeverity.Note, library,
            "The library is not on this machine: the store does without, and of files that were compressed with it only the size is compared.",
            "Install it, or leave it out of BERTH_STORE_CODINGS."),
        _ => Task.FromResult<string?>(null));

    /// <summary>A row without files. When somebody uses the version, the installations tell of it.</summary>
    private async Task<Ailment?> ForgottenAsync(DoctorScope scope, PluginVersionId id, CancellationToken cancellationToken)
    {
        var isSo = await scope.PersistsAsync(
            async () => !Directory.Exists(store.Paths.Version(id)) && await database.ReadAsync(
                session => session.ScalarAsync<long>(
                    $"SELECT COUNT(*) FROM store_version WHERE slug = @Slug AND version = @Version AND {StoreVersionRows.Unreferenced}", new { id.Slug, id.Version }),
                cancellationToken) == 1,
            cancellationToken);
        return !isSo ? null : new Ailment(
            new Finding(
                "doctor.version_row_stale", FindingSeverity.Note, id.ToString(),
                "The database lists the version, its files are not in the store, and nobody uses it: a cleanup was interrupted.", "The next cleanup forgets the row."),
            async cancellation =>
            {
                var mark = Guid.NewGuid().ToString("n");
                return await database.WriteAsync(session => StoreVersionRows.TryMarkAsync(session, id.Slug, id.Version, scope.Now.ToUnixTimeMilliseconds(), mark), cancellation)
                    && await store.RemoveAsync(id, mark, cancellation) is not null
                    ? "Forgot the row."
                    : null;
            });
    }

    private async Task<Ailment?> UnlistedAsync(DoctorScope scope, PluginVersionId id, CancellationToken cancellationToken)
    {
        var isSo = await scope.PersistsAsync(
            async () => Directory.Exists(store.Paths.Version(id))
                && await database.ReadAsync(session => StoreVersionRows.FindAsync(session, id.Slug, id.Version), cancellationToken) is null,
            cancellationToken);
        return !isSo ? null : new Ailment(
            new Finding(
                "doctor.version_unlisted", scope.Request.IsAlone ? FindingSeverity.Note : FindingSeverity.Warning, id.ToString(),
                "The version is in the store, and the database does not list it.", "The next start lists it."),
            async cancellation => await store.EnterAsync(cancellation) > 0 ? "Listed it." : null);
    }

    private async Task<Ailment?> FilesAsync(DoctorScope scope, PluginVersionId id, CancellationToken cancellationToken)
    {
        VersionFaults faults = null!;
        IReadOnlyList<string> differences = [];
        var isSo = await scope.PersistsAsync(
            async () =>
            {
                faults = await verification.VerifyAsync(id, cancellationToken);
                differences = faults.IsSound ? await DifferencesAsync(faults.Index!, cancellationToken) : [];
                return faults.IsThere && (!faults.IsSound || differences.Count > 0);
            },
            cancellationToken);
        if (!isSo)
            return null;
        var digest = await DigestAsync(id, faults, differences.Count > 0, cancellationToken);
        var (code, severity) = Kind(faults, differences);
        return new Ailment(
            new Finding(
                code, severity, id.ToString(), $"The files are not those of the package: {Named([.. faults.Described, .. differences])}.",
                "Restore the files from the package with the same digest; this is what a repair does."),
            async cancellation => digest is not null && await restoration.TryRestoreAsync(id, digest, faults.Index?.TrustLevel, cancellation)
                ? "Restored the files from the package."
                : null);
    }

    private static (string Code, FindingSeverity Severity) Kind(VersionFaults faults, IReadOnlyList<string> differences) => faults switch
    {
        { Index: null } => ("doctor.index_missing", FindingSeverity.Error),
        { Missing.Count: > 0 } => ("doctor.files_missing", FindingSeverity.Error),
        { Modified.Count: > 0 } => ("doctor.files_modified", FindingSeverity.Error),
        _ when differences.Count > 0 => ("doctor.index_modified", FindingSeverity.Error),
        { Variants.Count: > 0 } => ("doctor.variants_broken", FindingSeverity.Error),
        _ => ("doctor.files_strange", FindingSeverity.Warning),
    };

    /// <summary>What the index says otherwise than the package.</summary>
    private async Task<IReadOnlyList<string>> DifferencesAsync(StoreIndex index, CancellationToken cancellationToken)
    {
        foreach (var blobs in packages)
        {
            if (await PackageFinder.ReadAsync(blobs, index.Digest, cancellationToken) is { } package)
                return Compare(index, package);
        }

        return [];
    }

    private static IReadOnlyList<string> Compare(StoreIndex index, Package package)
    {
        var expected = package.Files.ToDictionary(file => file.Path, file => (file.Size, file.Sha256), StringComparer.Ordinal);
        var listed = index.Files.ToDictionary(file => file.Path, file => (file.Size, file.Sha256), StringComparer.Ordinal);
        return [.. expected.Keys.Union(listed.Keys, StringComparer.Ordinal)
            .Where(path => !expected.TryGetValue(path, out var one) || !listed.TryGetValue(path, out var other) || one != other)
            .Select(path => "not as in the package: " + path)];
    }

    /// <summary>Which package the version is: what the installations say when there is no index to ask.</summary>
    private async Task<string?> DigestAsync(PluginVersionId id, VersionFaults faults, bool isIndexWrong, CancellationToken cancellationToken) =>
        faults.Index is { } index && !isIndexWrong ? index.Digest : await database.ReadAsync(
            async session => await session.ScalarAsync<string>("SELECT digest FROM plugin WHERE plugin_slug = @Slug AND version = @Version LIMIT 1", new { id.Slug, id.Version })
                ?? (await StoreVersionRows.FindAsync(session, id.Slug, id.Version))?.Digest ?? faults.Index?.Digest,
            cancellationToken);

    private static string Named(IReadOnlyList<string> names) =>
        names.Count <= MostNamed ? string.Join(", ", names) : $"{string.Join(", ", names.Take(MostNamed))} and {names.Count - MostNamed} more";
}
