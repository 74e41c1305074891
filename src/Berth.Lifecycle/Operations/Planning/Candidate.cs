using Berth.Lifecycle.Store;
using Berth.Packaging.Manifest;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Operations.Planning;

/// <summary>The version an operation would put in force.</summary>
/// <param name="Offer">The registry's offer; <see langword="null"/> when the registry is away and the store has the version.</param>
/// <param name="Stored">The version in the store, if it is there.</param>
internal sealed record Candidate(AvailableVersion? Offer, StoredVersion? Stored)
{
    public string Slug => Offer?.Slug ?? Stored!.Slug;

    public SemanticVersion Version => Offer?.Version ?? Stored!.Manifest.Version;

    public string Digest => Offer?.Digest ?? Stored!.Digest;

    public string TrustLevel => Offer?.TrustLevel ?? Stored!.TrustLevel;

    public PluginManifest Manifest => Offer?.Manifest ?? Stored!.Manifest;

    public long DownloadBytes => Stored is null ? Offer!.Size : 0;
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
