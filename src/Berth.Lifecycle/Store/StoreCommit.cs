using System.Text.Json;
using Berth.Data;
using Berth.Host;
using Berth.Lifecycle.Operations.Journal;
using Berth.Packaging.Manifest;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Store;

/// <summary>
/// Moves a staged version into place. The index goes first and the version's folder last, so whoever sees the folder sees
/// a whole version. A lock file keeps processes that share the plugins folder from committing at once.
/// </summary>
internal sealed partial class StoreCommit(StorePaths paths, TimeProvider time, IStepWitness witness, ILogger<StoreCommit> logger)
{
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(10);

    /// <summary>Before: staged. After: there. After a failure, or when somebody else was first: staged still.</summary>
    public async Task CommitAsync(PluginVersionId id, StagingFolder staging, StoreIndex index, PluginManifest manifest, CancellationToken cancellationToken)
    {
        using var @lock = await LockAsync(cancellationToken);
        var target = paths.Version(id);
        if (Directory.Exists(target))
            return; // another process was first; the caller compares the digests

        var parent = paths.Plugin(id.Slug);
        Directory.CreateDirectory(parent);
        FolderTree.Delete(paths.Index(id)); // of a process that died between the two renames
        Directory.Move(staging.Index, paths.Index(id));
        try
        {
            await witness.ReachedAsync("store", "indexed");
            Directory.Move(staging.Files, target);
        }
        catch
        {
            FolderTree.Move(paths.Index(id), staging.Index); // or nobody would own it: the staging folder goes with this process's failure
            throw;
        }

        FolderTree.ProtectTop(target);
        Durable.FlushDirectory(parent);
        Durable.FlushDirectory(paths.Shared);
        await witness.ReachedAsync("store", "committed");
        await DescribeAsync(id, index, manifest);
    }

    /// <summary>Swaps a staged version in for the one that is there. What was there ends in the staging folder.</summary>
    public async Task ReplaceAsync(PluginVersionId id, StagingFolder staging, StoreIndex index, PluginManifest manifest, CancellationToken cancellationToken)
    {
        using var @lock = await LockAsync(cancellationToken);
        var parent = paths.Plugin(id.Slug);
        Directory.CreateDirectory(parent);
        FolderSwap.Put(staging.Index, paths.Index(id));
        await witness.ReachedAsync("store", "index_swapped");
        FolderSwap.Put(staging.Files, paths.Version(id));
        FolderTree.ProtectTop(paths.Version(id));
        Durable.FlushDirectory(parent);
        Durable.FlushDirectory(paths.Shared);
        await witness.ReachedAsync("store", "swapped");
        await DescribeAsync(id, index, manifest);
    }

    /// <summary>Rewrites the index of a version that is there, as it is now: others may have changed it since it was read.</summary>
    public async Task RewriteAsync(PluginVersionId id, Func<StoreIndex, StoreIndex> change, CancellationToken cancellationToken)
    {
        using var @lock = await LockAsync(cancellationToken);
        await RewriteUnderLockAsync(id, change, cancellationToken);
    }

    /// <summary>The same for a caller that holds the lock.</summary>
    public async Task RewriteUnderLockAsync(PluginVersionId id, Func<StoreIndex, StoreIndex> change, CancellationToken cancellationToken)
    {
        var path = Path.Combine(paths.Index(id), StoreIndex.FileName);
        if (StoreIndex.Read(path) is { } now)
            await Durable.ReplaceAsync(path, change(now).ToUtf8(), cancellationToken);
    }

    /// <summary>
    /// Adds optimised files to a version that is there: the files first, then the index that names them. Returns
    /// <see langword="false"/> when the version left or changed meanwhile.
    /// </summary>
    public async Task<bool> AdoptAsync(PluginVersionId id, StagingFolder staging, string digest, StoreVariant variant, CancellationToken cancellationToken)
    {
        using var @lock = await LockAsync(cancellationToken);
        var folder = paths.Index(id);
        var path = Path.Combine(folder, StoreIndex.FileName);
        if (!Directory.Exists(paths.Version(id)) || StoreIndex.Read(path) is not { Variant: null } now || !string.Equals(now.Digest, digest, StringComparison.Ordinal))
            return false;
        foreach (var file in Directory.EnumerateFiles(staging.Index))
            File.Move(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        Durable.FlushDirectory(folder);
        await witness.ReachedAsync("variant", "moved");
        await Durable.ReplaceAsync(path, (now with { Variant = variant }).Counted().ToUtf8(), cancellationToken);
        await witness.ReachedAsync("variant", "indexed");
        return true;
    }

    /// <summary>Staging folders whose process is dead.</summary>
    public IEnumerable<(string Directory, PluginVersionId? Version)> Abandoned() =>
        StagingFolder.Abandoned(paths, time.GetUtcNow() - TimeSpan.FromDays(1));

    /// <summary>Removes what a process left that died while it staged. Returns how many folders.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var (directory, version) in Abandoned())
        {
            if (version is { } id)
            {
                using var @lock = await LockAsync(cancellationToken);
                if (!Directory.Exists(paths.Version(id)))
                    FolderTree.Delete(paths.Index(id));
            }

            FolderTree.Delete(directory);
            removed++;
        }

        return removed;
    }

    /// <summary>
    /// Renames a version out of the store. The caller holds the lock. The version's folder goes first: from then on the
    /// version is not there, and an index that a kill leaves behind is swept with the folder that names it.
    /// </summary>
    public async Task TakeAwayAsync(PluginVersionId id, StagingFolder away)
    {
        var parent = paths.Plugin(id.Slug);
        if (Directory.Exists(paths.Version(id)))
            FolderTree.Move(paths.Version(id), away.Files);
        await witness.ReachedAsync("cleanup", "renamed");
        if (Directory.Exists(paths.Index(id)))
            FolderTree.Move(paths.Index(id), away.Index);
        if (!Directory.Exists(parent))
            return;
        Durable.FlushDirectory(parent);
        Durable.FlushDirectory(paths.Staging);
        await UndescribeAsync(id);
        await witness.ReachedAsync("cleanup", "away");
    }

    private async Task UndescribeAsync(PluginVersionId id)
    {
        var path = paths.Metadata(id.Slug);
        try
        {
            var versions = Described(path);
            if (!versions.Remove(id.Version))
                return;
            using (var file = File.OpenRead(path))
            {
                var before = JsonSerializer.Deserialize(file, StoreIndexJson.Default.StoreMetadata)!;
                if (versions.Count > 0)
                {
                    await Durable.ReplaceAsync(path, JsonSerializer.SerializeToUtf8Bytes(before with { Versions = versions }, StoreIndexJson.Default.StoreMetadata), CancellationToken.None);
                    return;
                }
            }

            File.Delete(path);
            if (!Directory.EnumerateFileSystemEntries(paths.Plugin(id.Slug)).Any())
                Directory.Delete(paths.Plugin(id.Slug));
        }
        catch (Exception exception) when (StoreFaults.IsDisk(exception) || exception is JsonException)
        {
            LogNotDescribed(exception, id);
        }
    }

    /// <summary>The description is for people; a version without one works.</summary>
    private async Task DescribeAsync(PluginVersionId id, StoreIndex index, PluginManifest manifest)
    {
        var path = paths.Metadata(id.Slug);
        try
        {
            var versions = Described(path);
            versions[id.Version] = new StoreMetadataVersion(
                index.Digest, index.TrustLevel, index.UnpackedBytes + index.VariantBytes, index.Files.Count, time.GetUtcNow());
            var metadata = new StoreMetadata(id.Slug, manifest.DisplayName, manifest.Description, versions);
            await Durable.ReplaceAsync(path, JsonSerializer.SerializeToUtf8Bytes(metadata, StoreIndexJson.Default.StoreMetadata), CancellationToken.None);
        }
        catch (Exception exception) when (StoreFaults.IsDisk(exception))
        {
            LogNotDescribed(exception, id);
        }
    }

    private static SortedDictionary<string, StoreMetadataVersion> Described(string path)
    {
        var versions = new SortedDictionary<string, StoreMetadataVersion>(StringComparer.Ordinal);
        try
        {
            using var file = File.OpenRead(path);
            foreach (var (version, description) in JsonSerializer.Deserialize(file, StoreIndexJson.Default.StoreMetadata)?.Versions ?? [])
                versions[version] = description;
        }
        catch (Exception exception) when (exception is FileNotFoundException or JsonException)
        {
            // The first version, or a file that somebody edited: written anew.
        }

        return versions;
    }

    /// <summary>Keeps all other processes and tasks that share the plugins folder from committing, confirming and removing.</summary>
    public async Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        PrivateFiles.KeepFolder(paths.Cache);
        var path = Path.Combine(paths.Cache, "store.lock");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (exception is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(path) && StoreFaults.Of(exception, "").Code == "store.failed")
            {
                await Task.Delay(LockPause, time, cancellationToken); // another commit: a few renames long
            }
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The description of {Plugin} in the store was not written; the version itself is complete")]
    private partial void LogNotDescribed(Exception exception, PluginVersionId plugin);
}
