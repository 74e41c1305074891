using System.Security.Cryptography;
using Berth.Host;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Store.Codings;
using Berth.Lifecycle.Store.Signatures;
using Berth.Packaging.Archive;
using Berth.Packaging.Scanning;

namespace Berth.Lifecycle.Store;

/// <summary>
/// Takes one version into the store: fetch → read → extract → index → commit. Everything happens in a staging folder on
/// the same file system; the rename of the version's folder is the commit point.
/// </summary>
internal sealed class VersionStaging(StorePaths paths, StoreCommit commit, FileCodings codings, SignatureGate signatures, IStepWitness witness)
{
    private const int BufferSize = 128 * 1024;
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);
    private static readonly PackageLimits Limits = PackageLimits.Default;

    /// <summary>Before: not there. After: there. After a failure: not there, and nothing is left in the staging folder.</summary>
    /// <exception cref="PackageSourceUnavailableException">The registry does not answer.</exception>
    /// <exception cref="StoreException">The bytes are wrong, or the disk does not take them.</exception>
    /// <param name="id">What it is called in the store: its number, or a label with its digest.</param>
    public Task StageAsync(PluginVersionId id, AvailableVersion version, IPackageSource source, CancellationToken cancellationToken) =>
        RunAsync(id, version, source, (staging, index) => commit.CommitAsync(id, staging, index, version.Manifest, cancellationToken), cancellationToken);

    /// <summary>The same, in the place of what is there. After a failure: as before.</summary>
    public Task ReplaceAsync(PluginVersionId id, AvailableVersion version, IPackageSource source, CancellationToken cancellationToken) =>
        RunAsync(id, version, source, (staging, index) => commit.ReplaceAsync(id, staging, index, version.Manifest, cancellationToken), cancellationToken);

    private async Task RunAsync(
        PluginVersionId id, AvailableVersion version, IPackageSource source, Func<StagingFolder, StoreIndex, Task> end, CancellationToken cancellationToken)
    {
        try
        {
            using var staging = StagingFolder.Create(paths, id);
            await witness.ReachedAsync("store", "created");
            await FetchAsync(version, source, staging, cancellationToken);
            await witness.ReachedAsync("store", "fetched");
            var index = await UnpackAsync(version, id, staging, cancellationToken);
            await witness.ReachedAsync("store", "extracted");
            await Durable.WriteAsync(Path.Combine(staging.Index, StoreIndex.FileName), index.ToUtf8(), cancellationToken);
            FolderTree.ProtectContent(staging.Files);
            Durable.FlushDirectory(staging.Index);
            Durable.FlushDirectory(staging.Files);
            await end(staging, index);
        }
        catch (Exception exception) when (StoreFaults.IsDisk(exception) || exception is InvalidDataException)
        {
            throw StoreFaults.Of(exception, id.ToString());
        }
    }

    private static async Task FetchAsync(AvailableVersion version, IPackageSource source, StagingFolder staging, CancellationToken cancellationToken)
    {
        await using var from = await source.OpenAsync(version, cancellationToken);
        await using var to = new FileStream(staging.Package, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferSize];
        long size = 0;
        while (await ReadAsync(from, buffer, cancellationToken) is var read && read > 0)
        {
            size += read;
            if (size > Limits.MaxPackageBytes)
                throw new StoreException("store.too_large", $"{version.Slug} {version.Version} is larger than {Limits.MaxPackageBytes} bytes. Its registry offers a package that this host does not take.");
            hash.AppendData(buffer, 0, read);
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        var digest = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (!string.Equals(digest, version.Digest, StringComparison.Ordinal))
        {
            throw new StoreException(
                "store.digest_mismatch",
                $"The registry sent other bytes for {version.Slug} {version.Version} than it promised: expected SHA-256 {version.Digest}, got {digest}. Nothing was kept; tell the registry's operator.");
        }
    }

    /// <summary>A connection that breaks or falls silent is the registry's trouble; a write that fails is the disk's.</summary>
    private static async ValueTask<int> ReadAsync(Stream from, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            var read = from.ReadAsync(buffer, cancellationToken);
            return read.IsCompleted ? await read : await read.AsTask().WaitAsync(LongestSilence, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or TimeoutException)
        {
            throw new PackageSourceUnavailableException("The registry stopped sending in the middle of a package. Try again.", exception);
        }
    }

    private async Task<StoreIndex> UnpackAsync(AvailableVersion version, PluginVersionId id, StagingFolder staging, CancellationToken cancellationToken)
    {
        Package package;
        await using (var file = File.OpenRead(staging.Package))
        {
            package = Accept(await PackageReader.ReadAsync(file, Limits, cancellationToken), version);
            await signatures.CheckAsync(version, package, cancellationToken);
            Directory.CreateDirectory(staging.Files);
            await PackageReader.ExtractAsync(file, package, staging.Files, Limits, cancellationToken);
        }

        Directory.CreateDirectory(staging.Index);
        var files = new List<StoreIndexFile>(package.Files.Count);
        foreach (var file in package.Files)
            files.Add(await codings.CreateAsync(file, staging.Files, staging.Index, cancellationToken));
        // Once a version: what the placement, which can change, makes of it is decided at each install and load.
        var undeclared = package.Manifest.Module is { IsForVm: false } ? await DeclarationGate.LookAsync(staging.Files, package.Manifest.Security.Capabilities, cancellationToken) : null;
        return new StoreIndex
        {
            FormatVersion = StoreIndex.CurrentFormat,
            Slug = id.Slug,
            Version = id.Version,
            Digest = version.Digest,
            TrustLevel = version.TrustLevel,
            Private = version.IsPrivate,
            Manifest = "plugin.json",
            Signatures = version.Signatures,
            UnpackedBytes = package.UnpackedSize,
            VariantBytes = 0,
            Files = files,
            Undeclared = undeclared is null ? null : [.. undeclared.Select(use => new StoreIndexUse(use.File, use.Capability, use.Explanation))],
            DeclarationRules = undeclared is null ? 0 : UndeclaredUse.RuleSet,
        }.Counted();
    }

    private static Package Accept(PackageReadOutcome outcome, AvailableVersion offered)
    {
        if (!outcome.IsAccepted)
        {
            throw new StoreException(
                "store.package_refused",
                $"The package of {offered.Slug} {offered.Version} breaks the rules: {string.Join(" ", outcome.Faults.Take(5).Select(fault => $"{fault.Code}: {fault.Message}"))}");
        }

        var manifest = outcome.Package.Manifest;
        if (!string.Equals(manifest.Name, offered.Slug, StringComparison.Ordinal) || !manifest.Version.Equals(offered.Version))
            throw new StoreException("store.package_refused", $"The registry offers {offered.Slug} {offered.Version}, but the package in it says {manifest.Name} {manifest.Version}.");
        return outcome.Package;
    }
}
