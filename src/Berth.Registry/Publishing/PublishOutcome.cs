using Berth.Packaging.Archive;
using Berth.Registry.Catalog;

namespace Berth.Registry.Publishing;

/// <summary>
/// How a publish ended, as far as its caller waited for it. What is neither <see cref="Published"/> nor <see cref="Held"/> nor
/// <see cref="Running"/> left nothing behind.
/// </summary>
public abstract record PublishOutcome
{
    private PublishOutcome()
    {
    }

    /// <summary>The version is visible.</summary>
    public sealed record Published(VersionRecord Version) : PublishOutcome;

    /// <summary>The version is kept and waits for a reviewer; its record tells where it stands.</summary>
    public sealed record Held(VersionRecord Version) : PublishOutcome;

    /// <summary>The package is kept, durably, and its stages run on: the publication tells how far they are.</summary>
    public sealed record Running(Publication Publication) : PublishOutcome;

    /// <summary>The very same bytes were published before: visible, held or rejected, as the record says.</summary>
    public sealed record AlreadyPublished(VersionRecord Version) : PublishOutcome;

    /// <summary>The version exists with other bytes (<c>version.exists</c>).</summary>
    public sealed record VersionExists(string Slug, string Version, string ExistingDigest, string GivenDigest) : PublishOutcome;

    /// <summary>The slug belongs to somebody else, or differs only in case from one that exists.</summary>
    public sealed record SlugTaken(string Slug) : PublishOutcome
    {
        /// <summary>In a sentence, when it is more than that: the name is reserved, or lies below another publisher's prefix.</summary>
        public string? Why { get; init; }
    }

    /// <summary>The number belonged to a version that was deleted; it is never given again, not even to the same bytes.</summary>
    public sealed record VersionDeleted(Versions.Tombstone Tombstone) : PublishOutcome;

    /// <summary>The plugin is published by continuous integration only.</summary>
    public sealed record TrustedOnly(string Slug) : PublishOutcome;

    /// <summary>The token that it came with may publish another plugin only.</summary>
    public sealed record OtherSlug(string Slug, string OnlySlug) : PublishOutcome;

    /// <summary>The package is not acceptable; all reasons.</summary>
    public sealed record Refused(IReadOnlyList<PackageFault> Faults) : PublishOutcome;

    /// <summary>More bytes arrived than a package may have.</summary>
    public sealed record TooLarge(long MaxBytes) : PublishOutcome;

    /// <summary>Nothing stands in the way of the package; nothing was kept of it.</summary>
    /// <param name="Package">The package as it was read.</param>
    /// <param name="State">What it would become: <c>visible</c> or <c>held</c>, or what the same bytes are already.</param>
    /// <param name="Stages">What the stages said, with evidence.</param>
    public sealed record Valid(Package Package, string State, IReadOnlyList<StageRecord> Stages) : PublishOutcome;
}
