using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Cleanup;
using Berth.Lifecycle.Store;
using Berth.Packaging.Archive;

namespace Berth.Lifecycle.Doctor;

/// <summary>Looks whether every version with a row has its package, whether packages are what their digests say, and whether each belongs to a row.</summary>
internal sealed class PackagesCheck(IDatabase database, IEnumerable<IPackageBlobs> packages, SharedStore store, LifecycleOptions options) : IDoctorCheck
{
    private const int BatchSize = 200;

    public string Name => "packages";

    public async IAsyncEnumerable<Ailment> RunAsync(DoctorScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var blobs in packages)
        {
            foreach (var row in await VersionsAsync(cancellationToken))
            {
                scope.Done++;
                if (await ExamineAsync(blobs, row, cancellationToken) is { } finding
                    && await scope.PersistsAsync(async () => (await VersionsAsync(cancellationToken)).Contains(row) && await ExamineAsync(blobs, row, cancellationToken) is not null, cancellationToken))
                {
                    yield return new Ailment(finding, cancellation => PackAgainAsync(blobs, row, cancellation));
                }
            }

            await foreach (var ailment in WithoutRowAsync(scope, blobs, cancellationToken))
                yield return ailment;
        }
    }

    private Task<IReadOnlyList<PackageRow>> VersionsAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session => session.QueryAsync<PackageRow>("SELECT slug, version, digest FROM package_version UNION SELECT slug, version, digest FROM private_version ORDER BY slug, version, digest"),
        cancellationToken);

    private static async Task<Finding?> ExamineAsync(IPackageBlobs blobs, PackageRow row, CancellationToken cancellationToken)
    {
        await using var bytes = await blobs.OpenAsync(row.Digest, cancellationToken);
        if (bytes is null)
            return Finding("doctor.package_missing", row, "Its package is not in the package store.");
        return string.Equals(Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken)), row.Digest, StringComparison.Ordinal)
            ? null
            : Finding("doctor.package_modified", row, "Its package has other bytes than its digest says.");
    }

    private static Finding Finding(string code, PackageRow row, string explanation) => new(
        code, FindingSeverity.Error, $"{row.Slug} {row.Version}", explanation,
        $"Pack it again from the plugin store, which gives the same bytes when it was packed by berth; or publish the very package (SHA-256 {row.Digest}) again.");

    /// <summary>The canonical form has one text for the same files: what was packed so comes out byte for byte.</summary>
    private async Task<string?> PackAgainAsync(IPackageBlobs blobs, PackageRow row, CancellationToken cancellationToken)
    {
        var id = new PluginVersionId(row.Slug, row.Version);
        if (store.IndexOf(id) is not { } index || !string.Equals(index.Digest, row.Digest, StringComparison.Ordinal))
            return null;
        using var packed = new MemoryStream();
        PackageWriter.Write(packed, index.Files.Select(file => new PackageInput(file.Path, File.ReadAllBytes(Path.Combine(store.Paths.Version(id), file.Path)))));
        packed.Position = 0;
        await using var staged = await blobs.StageAsync(packed, PackageLimits.Default.MaxPackageBytes, cancellationToken);
        if (!string.Equals(staged.Digest, row.Digest, StringComparison.Ordinal))
            return null;
        await blobs.DeleteAsync(row.Digest, cancellationToken); // broken bytes of the same length would count as these
        await blobs.CommitAsync(staged, cancellationToken);
        return "Packed it again from the plugin store, with the same digest.";
    }

    private async IAsyncEnumerable<Ailment> WithoutRowAsync(DoctorScope scope, IPackageBlobs blobs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = new List<StoredBlob>();
        await foreach (var blob in blobs.ListAsync(cancellationToken))
            all.Add(blob);
        var notStoredSince = scope.Now - options.StaleAfter;
        foreach (var batch in all.Chunk(BatchSize))
        {
            scope.Done += batch.Length;
            var referenced = await DigestReferences.AmongAsync(database, [.. batch.Select(blob => blob.Digest)], cancellationToken);
            foreach (var blob in batch.Where(blob => !referenced.Contains(blob.Digest)))
            {
                yield return new Ailment(
                    new Finding(
                        "doctor.package_unreferenced", FindingSeverity.Note, blob.Digest,
                        "No row names this package: its publish or upload ended early, or is under way.", "The cleanup removes it once it is a day old."),
                    async cancellation => await blobs.DeleteUnusedAsync(blob.Digest, notStoredSince, cancellation) ? "Removed it." : null);
            }
        }
    }

    private sealed record PackageRow(string Slug, string Version, string Digest);
}
