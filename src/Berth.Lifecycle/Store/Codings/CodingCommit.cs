using Berth.Host;
using Berth.Lifecycle.Operations.Journal;

namespace Berth.Lifecycle.Store.Codings;

/// <summary>
/// Puts files that were compressed again into a version's index folder: the files first, under names of their own, then the
/// index that names them. What the index no longer names is removed later, when nobody has the old table any more.
/// </summary>
internal sealed class CodingCommit(StorePaths paths, StoreCommit commit, IStepWitness witness)
{
    /// <summary>Before: staged. After: named by the index, beside what was there. When the version left or is another one meanwhile: as before.</summary>
    public async Task<bool> PutAsync(
        PluginVersionId id, string digest, StagingFolder staging, IReadOnlyDictionary<string, RecodedFile> files, CancellationToken cancellationToken)
    {
        using var @lock = await commit.LockAsync(cancellationToken);
        var folder = paths.Index(id);
        var path = Path.Combine(folder, StoreIndex.FileName);
        if (!Directory.Exists(paths.Version(id)) || StoreIndex.Read(path) is not { } now || !string.Equals(now.Digest, digest, StringComparison.Ordinal))
            return false;
        foreach (var file in Directory.EnumerateFiles(staging.Index))
            File.Move(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        Durable.FlushDirectory(folder);
        await witness.ReachedAsync("recompression", "moved");
        var index = now with
        {
            Files = [.. now.Files.Select(Recoded)],
            Variant = now.Variant is { } variant ? variant with { Files = [.. variant.Files.Select(Recoded)] } : null,
        };
        await Durable.ReplaceAsync(path, index.Counted().ToUtf8(), cancellationToken);
        await witness.ReachedAsync("recompression", "indexed");
        return true;

        // Another file with the same bytes may be one that nobody is served.
        StoreIndexFile Recoded(StoreIndexFile entry) =>
            files.TryGetValue(entry.Sha256, out var recoded) && FileCodings.IsWorthwhile(entry.Path, entry.Size, entry.Served) ? recoded.In(entry) : entry;
    }

    /// <summary>Removes files from a version's index folder that its index does not name. Returns how many.</summary>
    public async Task<int> SweepAsync(PluginVersionId id, CancellationToken cancellationToken)
    {
        using var @lock = await commit.LockAsync(cancellationToken);
        return SweepUnderLock(id);
    }

    /// <summary>The same for a caller that holds the lock.</summary>
    public int SweepUnderLock(PluginVersionId id)
    {
        var folder = paths.Index(id);
        if (StoreIndex.Read(Path.Combine(folder, StoreIndex.FileName)) is not { } index)
            return 0;
        var surplus = Surplus(index, folder);
        surplus.ForEach(File.Delete);
        return surplus.Count;
    }

    /// <summary>How many bytes a sweep would remove if there were no optimised files.</summary>
    public long BytesWithoutVariant(PluginVersionId id)
    {
        var folder = paths.Index(id);
        return StoreIndex.Read(Path.Combine(folder, StoreIndex.FileName)) is { } index
            ? Surplus(index with { Variant = null }, folder).Sum(path => new FileInfo(path).Length)
            : 0;
    }

    private static List<string> Surplus(StoreIndex index, string folder)
    {
        var named = NamesIn(index, folder);
        return [.. Directory.GetFiles(folder).Where(path => CodedNames.IsCoded(Path.GetFileName(path)) && !named.Contains(path))];
    }

    private static HashSet<string> NamesIn(StoreIndex index, string folder)
    {
        var optimised = index.Variant?.Files ?? [];
        return
        [
            .. index.Files.Concat(optimised).SelectMany(file => CodedNames.All.Where(coding => file.SizeOf(coding) is not null).Select(coding => file.PathOf(folder, coding))),
            .. optimised.Select(file => file.Lz4 is null ? CodedNames.OptimisedPath(folder, file.Sha256) : CodedNames.PackedPath(folder, file.Sha256)),
        ];
    }
}
