using Berth.Packaging.Bundles;
using Berth.Packaging.Signing;
using Berth.Registry.Advisories;

namespace Berth.Registry.Mirroring;

/// <summary>Makes and takes in bundles: packages with their signatures, what was decided about them, and advisories, in one signed file.</summary>
public interface IBundles
{
    /// <summary>Chooses versions and signs their index.</summary>
    /// <param name="wish">What it is to hold.</param>
    /// <param name="cancellationToken"></param>
    Task<BundleSelection> SelectAsync(BundleWish wish, CancellationToken cancellationToken = default);

    /// <summary>Writes a selection as a file.</summary>
    Task WriteAsync(BundleSelection.Ready selection, Stream output, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes a bundle in. Before anything is kept the whole file is verified; then its advisories are imported, so that the scans
    /// know them, and each version goes through the registry's own publishing, alone: it is there as a whole or not at all.
    /// Doing it again changes nothing, and after an import that broke off it does the rest.
    /// </summary>
    /// <param name="file">The bundle; seekable.</param>
    /// <param name="importerId">The user who imports; becomes the owner of plugins that are new here.</param>
    /// <param name="trusted">More keys that may sign bundles, beside the registry's own.</param>
    /// <param name="isDryRun">Only answers what would be.</param>
    /// <param name="acceptedKey">The <c>kid</c> of a key that is the registry's that the bundle names, although another one has signed for it so far.</param>
    /// <param name="cancellationToken"></param>
    Task<BundleImport> ImportAsync(Stream file, string importerId, IReadOnlyDictionary<string, VerificationKey> trusted, bool isDryRun = false, string? acceptedKey = null, CancellationToken cancellationToken = default);
}

/// <summary>What a bundle is to hold.</summary>
/// <param name="Source">What the bundle says it comes from.</param>
/// <param name="Plugins">Each <c>slug</c> or <c>slug@range</c>.</param>
public sealed record BundleWish(string Source, IReadOnlyList<string> Plugins)
{
    /// <summary>Whether what they need comes along.</summary>
    public bool WithDependencies { get; init; }

    /// <summary>
    /// Whether the advisories that the registry has come along: all of them, because a registry that has some takes a package
    /// that none of them names for one that nothing is known against.
    /// </summary>
    public bool WithAdvisories { get; init; } = true;
}

/// <summary>What a bundle would hold.</summary>
public abstract record BundleSelection
{
    private BundleSelection()
    {
    }

    /// <summary>Ready to be written. To be disposed: advisories lie in a file until then.</summary>
    public sealed record Ready(BundleIndex Index, SignatureFile Signature, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Texts) : BundleSelection, IAsyncDisposable
    {
        internal BundledAdvisories? Advisories { get; init; }

        /// <inheritdoc />
        public ValueTask DisposeAsync() => Advisories?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    /// <summary>Something that was asked for, or that it needs, is not here.</summary>
    public sealed record Missing(IReadOnlyList<string> Reasons) : BundleSelection;
}

/// <summary>How an import ended.</summary>
/// <param name="Reading">What the verification said; with a fault nothing was kept.</param>
/// <param name="Versions">What became of each version.</param>
public sealed record BundleImport(BundleReading Reading, IReadOnlyList<ImportedVersion> Versions)
{
    /// <summary>What its registry is called in everything that came from there; another name than the bundle's when that registry has moved.</summary>
    public string? Source { get; init; }

    /// <summary>What became of its advisories; <see langword="null"/> when it has none.</summary>
    public AdvisoryImport? Advisories { get; init; }

    /// <summary>Versions that are here, <c>slug@version</c>, and were stopped because the source has stopped them.</summary>
    public IReadOnlyList<string> Quarantined { get; init; } = [];

    /// <summary>What an earlier bundle of the source brought and was lifted here now, because the source has lifted it.</summary>
    public IReadOnlyList<LiftedMark> Lifted { get; init; } = [];

    /// <summary>Authors' keys that are over now.</summary>
    public CarriedKeyChanges Keys { get; init; } = CarriedKeyChanges.None;

    /// <summary>What the source decided and could not be taken over, a sentence each.</summary>
    public IReadOnlyList<string> Left { get; init; } = [];
}

/// <summary>What became of a version.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Version">Its version.</param>
/// <param name="State"><c>published</c>, <c>unchanged</c>, <c>held</c>, <c>refused</c>; in a dry run also <c>new</c>.</param>
/// <param name="Code">Why it was refused.</param>
/// <param name="Detail">The same for a person.</param>
public sealed record ImportedVersion(string Slug, string Version, string State, string? Code = null, string? Detail = null);
