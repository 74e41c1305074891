using Berth.Lifecycle.Migration.Packages;
using Berth.Lifecycle.Migration.Planning;
using Berth.Lifecycle.Migration.Report;
using Berth.Lifecycle.PrivatePackages;

namespace Berth.Lifecycle.Migration.Apply;

/// <summary>
/// Keeps each package once, lets exactly those users read it who have its content, and puts its files into the shared
/// store. What is about to be made is noted before it is made, with whether it was there before.
/// </summary>
internal sealed class PackagePhase(MigrationParts parts, PackageMaker maker, MigrationProgress progress)
{
    /// <summary>Digest of the package by content key.</summary>
    public async Task<IReadOnlyDictionary<string, string>> RunAsync(RunState run, PreparedPlan prepared, CancellationToken cancellationToken)
    {
        var digests = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var content in prepared.Plan.Contents)
        {
            digests[content.Key] = await OneAsync(run, prepared, content, cancellationToken);
            progress.Report("packages", digests.Count, prepared.Plan.Contents.Count);
        }

        return digests;
    }

    private async Task<string> OneAsync(RunState run, PreparedPlan prepared, PlannedContent content, CancellationToken cancellationToken)
    {
        var known = await KnownAsync(content, cancellationToken);
        var detail = known ?? new PackageDetail(
            content.Slug, content.Version, prepared.Contents[content.Key].Digest, parts.Store.Find(content.Slug, content.Version) is not null);
        var readers = prepared.Plan.Installations
            .Where(one => one.Content?.Key == content.Key && one.Fate is not InstallationFate.AlreadyMigrated)
            .Select(one => one.UserId!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (readers.Count == 0)
            return detail.Digest;

        await NoteAsync(run, content, detail, isKnown: known is not null, readers, cancellationToken);
        await parts.ReachedAsync("package_noted");
        var first = readers[0];
        if (!await parts.Private.GrantAsync(detail.Digest, first, "migration", cancellationToken))
            await AddAsync(content, detail, first, cancellationToken);
        await parts.ReachedAsync("package_kept");
        foreach (var userId in readers.Skip(1))
            await parts.Private.GrantAsync(detail.Digest, userId, "migration", cancellationToken);
        await parts.ReachedAsync("package_granted");
        var versions = await parts.Private.VersionsAsync(first, content.Slug, cancellationToken);
        await parts.Store.EnsureAsync(versions.First(version => version.Digest == detail.Digest), parts.Private.Source, cancellationToken);
        await parts.ReachedAsync("package_stored");
        return detail.Digest;
    }

    private async Task AddAsync(PlannedContent content, PackageDetail detail, string userId, CancellationToken cancellationToken)
    {
        var made = await maker.MakeAsync(content, cancellationToken);
        if (made.Package?.Digest != detail.Digest)
            throw new OldSystemChangedException($"The files of {content.Slug} {content.OldVersion} give another package than before. Stop the old application and start again.");
        if (await parts.Private.AddAsync(userId, made.Bytes!, "migration", cancellationToken) is not PrivatePackageOutcome.Added)
            throw new InvalidDataException($"The package of {content.Slug} {content.Version} was accepted when it was planned and is refused now.");
    }

    /// <summary>What an earlier run, or this one before it was interrupted, noted of the content.</summary>
    private Task<PackageDetail?> KnownAsync(PlannedContent content, CancellationToken cancellationToken) => parts.Database.ReadAsync(async session =>
    {
        var detail = await session.ScalarAsync<string>("SELECT detail FROM migration_item WHERE kind = 'package' AND key = @Key", new { content.Key });
        return detail is null ? null : PackageDetail.Read(detail);
    }, cancellationToken);

    private Task<int> NoteAsync(
        RunState run, PlannedContent content, PackageDetail detail, bool isKnown, List<string> readers, CancellationToken cancellationToken) =>
        parts.Database.WriteAsync(async session =>
        {
            if (!isKnown)
            {
                var isThere = await PrivateRows.ExistsAsync(session, detail.Digest);
                await MigrationRows.NoteAsync(session, run.Id, MigrationRows.Package, content.Key, created: !isThere, detail.Write());
            }

            var before = await PrivateRows.ReadersAsync(session, detail.Digest);
            foreach (var userId in readers)
            {
                await MigrationRows.NoteAsync(
                    session, run.Id, MigrationRows.Reader, $"{detail.Digest}/{userId}", created: !before.Contains(userId, StringComparer.Ordinal));
            }

            return readers.Count;
        }, cancellationToken);
}
