using System.Collections.Concurrent;
using Berth.Host;
using Berth.Host.Caches;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Store.Codings;
using Berth.Lifecycle.Store.Signatures;
using Berth.Packaging.Versioning;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Store;

/// <summary>The shared store on this machine's disk. Snapshots of versions are kept in memory and never change.</summary>
internal sealed partial class SharedStore : ISharedStore
{
    private const int SnapshotCapacity = 4_096;
    private readonly ConcurrentDictionary<PluginVersionId, Lazy<Task<StoredVersion>>> _staging = new();
    private readonly BoundedSnapshots<PluginVersionId, StoredVersion> _snapshots = new(SnapshotCapacity);
    private readonly StorePaths _paths;
    private readonly StoreCommit _commit;
    private readonly VersionStaging _versionStaging;
    private readonly VariantAdoption _adoption;
    private readonly StoreLedger _ledger;
    private readonly IManifestCache _manifests;
    private readonly SignatureGate _signatures;
    private readonly VariantGate _variants;
    private readonly ILogger _logger;
    private readonly CodingLibraries _libraries;
    private readonly CodingCommit _codings;

    public SharedStore(
        LifecycleOptions options, StoreLedger ledger, IManifestCache manifests, SignatureGate signatures, VariantGate variants, CodingLibraries libraries, TimeProvider time,
        IStepWitness witness, ILoggerFactory loggers)
    {
        _libraries = libraries;
        Codings = new FileCodings(libraries);
        _signatures = signatures;
        _variants = variants;
        _logger = loggers.CreateLogger<SharedStore>();
        _ledger = ledger;
        _manifests = manifests;
        _paths = new StorePaths(options.PluginsDirectory);
        _commit = new StoreCommit(_paths, time, witness, loggers.CreateLogger<StoreCommit>());
        _versionStaging = new VersionStaging(_paths, _commit, Codings, signatures, witness);
        _codings = new CodingCommit(_paths, _commit, witness);
        _adoption = new VariantAdoption(_paths, _commit, Codings, options, time, witness, loggers.CreateLogger<VariantAdoption>());
    }

    public StorePaths Paths => _paths;

    /// <summary>How files are compressed while they are staged.</summary>
    public FileCodings Codings { get; }

    public Installations.CacheFigures Figures => _snapshots.Figures;

    public ValueTask<StoredVersion?> FindVersionAsync(string slug, string version, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Find(slug, version));

    /// <summary>For a load: with the manifest as it is on disk now, whatever the snapshot says.</summary>
    public async ValueTask<PluginVersionFiles?> FindAsync(PluginVersionId id, CancellationToken cancellationToken)
    {
        if (Find(id.Slug, id.Version) is not { } found)
            return null;
        var manifest = await _manifests.ReadAsync(id, found.Directory, cancellationToken);
        if (manifest is null)
            return null;
        var index = IndexOf(id);
        return FilesOf(found) with
        {
            Manifest = manifest,
            FileDigests = index?.Files.ToDictionary(file => file.Path, file => file.Sha256, StringComparer.Ordinal),
            PackageFiles = index?.PackageFiles(),
            Signatures = index?.Signatures,
            UndeclaredUse = index?.UndeclaredUse(),
        };
    }

    /// <summary>Without the digests of the files: what is chosen among these is found again before it is loaded.</summary>
    public ValueTask<IReadOnlyList<PluginVersionFiles>> VersionsAsync(string slug, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<PluginVersionFiles>>([.. VersionsOf(slug).Select(FilesOf)]);

    /// <summary>From memory once warm; two small files are read when cold.</summary>
    public StoredVersion? Find(string slug, string version)
    {
        var id = new PluginVersionId(slug, version);
        if (_snapshots.TryGet(id, out var snapshot))
            return snapshot;
        var isAuthors = false;
        if (!StorePaths.AreNames(slug, version) || StoredVersionLoader.Load(_paths, id, _libraries, (manifest, variant) => !(isAuthors = !MayServe(id, manifest, variant))) is not var (loaded, index))
            return null;
        _snapshots.Set(id, loaded, weight: 1);
        // Judged while it was read: the next look is at what is served now.
        if (isAuthors && index.Variant is { } judged && MayHaveVariant(loaded) && _variants.IsAdmitted(id, judged))
            _snapshots.Remove(id);
        return loaded;
    }

    /// <summary>The versions of a plugin that are there; slug without regard to case.</summary>
    public IReadOnlyList<StoredVersion> VersionsOf(string slug)
    {
        if (!StorePaths.IsSlug(slug) || !Directory.Exists(_paths.Shared))
            return [];
        var folder = Directory.Exists(_paths.Plugin(slug))
            ? _paths.Plugin(slug)
            : Directory.EnumerateDirectories(_paths.Shared).FirstOrDefault(path => string.Equals(Path.GetFileName(path), slug, StringComparison.OrdinalIgnoreCase));
        return folder is null ? [] : [.. IdsIn(folder).Select(id => Find(id.Slug, id.Version)).OfType<StoredVersion>()];
    }

    /// <summary>All versions that are there.</summary>
    public IEnumerable<PluginVersionId> Ids() =>
        Directory.Exists(_paths.Shared)
            ? Directory.EnumerateDirectories(_paths.Shared).Where(folder => StorePaths.IsSlug(Path.GetFileName(folder))).SelectMany(IdsIn)
            : [];

    /// <summary>The index of one version, read from disk.</summary>
    public StoreIndex? IndexOf(PluginVersionId id) => StoreIndex.Read(Path.Combine(_paths.Index(id), StoreIndex.FileName));

    public Task<StoredVersion> EnsureAsync(AvailableVersion version, IPackageSource source, CancellationToken cancellationToken = default) =>
        EnsureAsync(version, source, wantsVariant: true, cancellationToken);

    /// <summary>The same; whoever takes the author's files only has the optimised ones not asked for.</summary>
    public async Task<StoredVersion> EnsureAsync(AvailableVersion version, IPackageSource source, bool wantsVariant, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var stored = await TakeInAsync(version, source, cancellationToken);
            if (wantsVariant)
                stored = await WithVariantAsync(stored, version, source, cancellationToken);
            if (await IsConfirmedAsync(stored, cancellationToken))
                return stored;
            if (attempt == MostAttempts)
                throw Gone(new PluginVersionId(stored.Slug, stored.Version));
        }
    }

    /// <summary>What dead processes left in the staging folder, with its bytes.</summary>
    public IReadOnlyList<(string Name, long Bytes)> AbandonedStaging() =>
        [.. _commit.Abandoned().Select(one => (Path.GetFileName(one.Directory), FolderTree.Bytes(one.Directory)))];

    /// <summary>Removes what dead processes left in the staging folder. Returns how many.</summary>
    public Task<int> SweepAsync(CancellationToken cancellationToken) => _commit.SweepAsync(cancellationToken);

    private async Task<StoredVersion> TakeInAsync(AvailableVersion version, IPackageSource source, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (label, stored) = FindPackage(version.Slug, version.Version, version.Digest);
            var id = new PluginVersionId(version.Slug, label);
            if (!StorePaths.AreNames(id.Slug, id.Version))
                throw new StoreException("store.package_refused", "The registry offers a version whose slug or number breaks the rules.");
            if (stored is not null)
                return await SameAsync(stored, version, cancellationToken);

            // One flight for all callers; it belongs to none of them, so no caller's cancellation ends it for the others.
            var flight = _staging.GetOrAdd(id, _ => new Lazy<Task<StoredVersion>>(() => Task.Run(() => StageAsync(id, version, source), CancellationToken.None)));
            var landed = await flight.Value.WaitAsync(cancellationToken);
            if (string.Equals(landed.Digest, version.Digest, StringComparison.Ordinal))
                return await SameAsync(landed, version, cancellationToken);

            // Other bytes of the same number were faster; ours get the label.
        }
    }

    /// <summary>
    /// Under which version a package is or would be in the store: its own number, or the label with its digest when the
    /// number is taken by other bytes. Version is not identity; the digest is.
    /// </summary>
    public (string Label, StoredVersion? Stored) FindPackage(string slug, SemanticVersion version, string digest)
    {
        var number = version.ToString();
        var stored = Find(slug, number);
        if (stored is null || string.Equals(stored.Digest, digest, StringComparison.Ordinal))
            return (number, stored);
        var label = DigestLabel.Of(version, digest);
        return (label, Find(slug, label));
    }

    private async Task<StoredVersion> StageAsync(PluginVersionId id, AvailableVersion version, IPackageSource source)
    {
        try
        {
            // Whoever missed the snapshot may start a flight right after another one landed.
            if (Find(id.Slug, id.Version) is { } landed)
                return landed;
            await _versionStaging.StageAsync(id, version, source, CancellationToken.None);
            return Find(id.Slug, id.Version)
                ?? throw new StoreException("store.failed", $"{id} was stored but cannot be read back. Remove its folder from the plugin store and try again.");
        }
        finally
        {
            _staging.TryRemove(id, out _);
        }
    }

    private async Task<StoredVersion> SameAsync(StoredVersion stored, AvailableVersion version, CancellationToken cancellationToken)
    {
        if (!string.Equals(stored.Digest, version.Digest, StringComparison.Ordinal))
            throw DigestConflict(stored, version.Digest);

        // What one user keeps for themselves says nothing about the public package of the same bytes.
        if (version.IsPrivate && !stored.IsPrivate)
            return stored;
        var id = new PluginVersionId(stored.Slug, stored.Version);
        var signatures = version.Signatures ?? stored.Signatures;
        await _signatures.CheckAsync(stored with { Signatures = signatures, TrustLevel = version.TrustLevel, IsPrivate = version.IsPrivate }, () => IndexOf(id), cancellationToken);
        if (version.IsPrivate == stored.IsPrivate && string.Equals(stored.TrustLevel, version.TrustLevel, StringComparison.Ordinal)
            && string.Equals(stored.Signatures, signatures, StringComparison.Ordinal))
        {
            return stored;
        }

        try
        {
            await _commit.RewriteAsync(id, index => index with { TrustLevel = version.TrustLevel, Private = version.IsPrivate, Signatures = signatures }, cancellationToken);
        }
        catch (Exception exception) when (StoreFaults.IsDisk(exception))
        {
            throw StoreFaults.Of(exception, $"The new trust level of {id}");
        }

        var decided = stored with { TrustLevel = version.TrustLevel, IsPrivate = version.IsPrivate, Signatures = signatures };
        _snapshots.Set(id, decided, weight: 1);
        return decided;
    }

    public static StoreException DigestConflict(StoredVersion stored, string digest) => new(
        "store.digest_conflict",
        $"{stored.Slug} {stored.Version} is in the store with SHA-256 {stored.Digest}, but SHA-256 {digest} is asked for under the same number. A version never changes: ask the publisher for a new number.");

    private static PluginVersionFiles FilesOf(StoredVersion version) =>
        new(new PluginVersionId(version.Slug, version.Version), version.Directory, version.Manifest, version.TrustLevel) { Digest = version.Digest, IsPrivate = version.IsPrivate };

    private IEnumerable<PluginVersionId> IdsIn(string folder) =>
        from path in Directory.EnumerateDirectories(folder, "v*")
        let version = Path.GetFileName(path)[1..]
        where SemanticVersion.TryParse(version, out _)
        select new PluginVersionId(Path.GetFileName(folder), version);
}
