using System.Collections.Concurrent;
using System.Security.Cryptography;
using Berth.Host;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Store.Codings;
using Berth.Packaging.Archive;
using Berth.Packaging.Manifest;
using Berth.Packaging.Variants;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Store;

/// <summary>
/// Takes the optimised files of a version into the store: fetch → digest → strict read → signature → derivation → index. Only where the
/// host's setting and the author's manifest allow it. Whatever fails, the version stays as it is: it works without.
/// </summary>
internal sealed partial class VariantAdoption(StorePaths paths, StoreCommit commit, FileCodings codings, LifecycleOptions options, TimeProvider time, IStepWitness witness, ILogger<VariantAdoption> logger)
{
    private const int BufferSize = 128 * 1024;
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMinutes(5);
    private static readonly PackageLimits Limits = PackageLimits.Default;
    private readonly ConcurrentDictionary<PluginVersionId, long> _asked = new();

    /// <summary>Whether the version may have optimised files: the host wants them and the author allows it.</summary>
    public bool IsAllowed(PluginManifest manifest) => options.TakesVariants && OptimizationOptions.Of(manifest).Enabled;

    /// <summary>Whether it may, and it is time to ask for them.</summary>
    public bool IsDue(PluginVersionId id, bool isPrivate, PluginManifest manifest)
    {
        if (isPrivate || !IsAllowed(manifest))
            return false;
        var now = time.GetTimestamp();
        return !_asked.TryGetValue(id, out var before) || time.GetElapsedTime(before, now) >= AskAgainAfter;
    }

    /// <summary>Remembers that they are asked for now.</summary>
    public void Note(PluginVersionId id) => _asked[id] = time.GetTimestamp();

    /// <summary>Forgets when they were asked for: whoever wants them next may ask at once.</summary>
    public void Forget(PluginVersionId id) => _asked.TryRemove(id, out _);

    /// <summary>Asks the source and takes in what it has. Before: in the store. After: the same, perhaps with optimised files.</summary>
    /// <returns>Whether the version has other files to serve now.</returns>
    public async Task<bool> TryAdoptAsync(PluginVersionId id, AvailableVersion version, IPackageSource source, CancellationToken cancellationToken)
    {
        Note(id);
        try
        {
            if (StoreIndex.Read(Path.Combine(paths.Index(id), StoreIndex.FileName)) is not { Variant: null } index)
                return false;
            await using var offered = await source.OpenVariantAsync(version, VariantStatement.Optimized, cancellationToken);
            return offered is not null && await TakeAsync(id, index, offered, cancellationToken);
        }
        catch (Exception exception) when (exception is StoreException or PackageSourceUnavailableException or InvalidDataException || StoreFaults.IsDisk(exception))
        {
            LogNotTaken(id, exception.Message);
            return false;
        }
    }

    private async Task<bool> TakeAsync(PluginVersionId id, StoreIndex index, OfferedVariant offered, CancellationToken cancellationToken)
    {
        using var staging = StagingFolder.Create(paths, id);
        await FetchAsync(offered, staging.Package, cancellationToken);
        await witness.ReachedAsync("variant", "fetched");
        Directory.CreateDirectory(staging.Index);
        var (files, signed) = await UnpackAsync(id, index, offered, staging, cancellationToken);
        Durable.FlushDirectory(staging.Index);
        var variant = new StoreVariant(VariantStatement.Optimized, offered.Digest, files) { Signature = offered.Signature, Signed = signed };
        return await commit.AdoptAsync(id, staging, index.Digest, variant, cancellationToken);
    }

    private static async Task FetchAsync(OfferedVariant offered, string target, CancellationToken cancellationToken)
    {
        await using var to = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        long size = 0;
        int read;
        while ((read = await offered.Content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            size += read;
            if (size > Limits.MaxPackageBytes)
                throw new InvalidDataException("the variant is larger than a package may be");
            hash.AppendData(buffer, 0, read);
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        var digest = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (!string.Equals(digest, offered.Digest, StringComparison.Ordinal))
            throw new InvalidDataException($"SHA-256 {offered.Digest} was promised, and {digest} was sent");
    }

    /// <summary>Checks that it derives from what is in the store, and lays out the files that differ.</summary>
    private async Task<(IReadOnlyList<StoreIndexFile> Files, IReadOnlyList<StoreSignedFile> Signed)> UnpackAsync(
        PluginVersionId id, StoreIndex index, OfferedVariant offered, StagingFolder staging, CancellationToken cancellationToken)
    {
        await using var content = File.OpenRead(staging.Package);
        var read = await PackageReader.ReadAsync(content, Limits, cancellationToken);
        if (!read.IsAccepted)
            throw new InvalidDataException($"{read.Faults[0].Code}: {read.Faults[0].Message}");
        if (VariantSignature.Fault(read.Package, offered.Signature, offered.Keys) is { } refusal)
            throw new InvalidDataException(refusal);
        var statement = await PackageReader.ReadFileAsync(content, VariantStatement.Path, Limits, cancellationToken);
        var original = await OriginalAsync(id, index, read.Package, cancellationToken);
        if (VariantDerivation.Check(original, read.Package, statement is null ? null : VariantStatement.Read(statement)) is [var fault, ..])
            throw new InvalidDataException($"{fault.Code}: {fault.Message}");

        await PackageReader.ExtractAsync(content, read.Package, staging.Files, Limits, cancellationToken);
        var author = index.Files.ToDictionary(file => file.Path, file => file.Sha256, StringComparer.Ordinal);
        var files = new List<StoreIndexFile>();
        foreach (var file in read.Package.Files.Where(file => file.IsServed && author.GetValueOrDefault(file.Path) != file.Sha256))
        {
            var entry = await codings.CreateAsync(file, staging.Files, staging.Index, cancellationToken);
            files.Add(await codings.LayOutAsync(entry, Path.Combine(staging.Files, file.Path), staging.Index, cancellationToken));
        }

        return (files, [.. read.Package.Files.Select(file => new StoreSignedFile(file.Path, file.Size, file.Sha256))]);
    }

    /// <summary>The author's package as the store knows it: its manifest from the disk, its files from the index.</summary>
    private async Task<Package> OriginalAsync(PluginVersionId id, StoreIndex index, Package variant, CancellationToken cancellationToken)
    {
        var manifest = await File.ReadAllBytesAsync(Path.Combine(paths.Version(id), index.Manifest), cancellationToken);
        var named = index.Files.First(file => file.Path == index.Manifest);
        if (Convert.ToHexStringLower(SHA256.HashData(manifest)) != named.Sha256)
            throw new InvalidDataException("the manifest in the store was modified");
        // The variant's manifest is compared byte for byte, so its reading serves for both.
        return new Package(variant.Manifest, manifest, index.Digest, 0, index.UnpackedBytes, [.. index.Files.Select(file => new PackageFile(file.Path, file.Size, file.Sha256))]);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The optimised files of {Plugin} were not taken, and the author's are served: {Reason}")]
    private partial void LogNotTaken(PluginVersionId plugin, string reason);
}
