using Berth.Lifecycle.Store;
using Berth.Packaging.Manifest;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>The version an operation would put in force.</summary>
/// <param name="Offer">What it is on offer as; <see langword="null"/> when the registry is away and the store has the version.</param>
/// <param name="Stored">The version in the store, if it is there.</param>
internal sealed record Candidate(AvailableVersion? Offer, StoredVersion? Stored)
{
    /// <summary>What it will be called in the store, where that is not its number.</summary>
    public string? Label { get; init; }

    public string Slug => Offer?.Slug ?? Stored!.Slug;

    /// <summary>The version as rows name it: the number, or the label of these bytes in the store.</summary>
    public SemanticVersion Version =>
        (Stored?.Version ?? Label) is { } label && !string.Equals(label, Number.ToString(), StringComparison.Ordinal) ? SemanticVersion.Parse(label) : Number;

    public string Digest => Offer?.Digest ?? Stored!.Digest;

    public string TrustLevel => Offer?.TrustLevel ?? Stored!.TrustLevel;

    public PluginManifest Manifest => Offer?.Manifest ?? Stored!.Manifest;

    public long DownloadBytes => Stored is null ? Offer!.Size : 0;

    private SemanticVersion Number => Offer?.Version ?? Stored!.Manifest.Version;
}

/// <summary>How looking for a version ended.</summary>
internal abstract record ResolveOutcome
{
    private ResolveOutcome()
    {
    }

    public sealed record Found(Candidate Candidate) : ResolveOutcome;

    public sealed record No(OperationOutcome.Refused Refusal) : ResolveOutcome;
}
