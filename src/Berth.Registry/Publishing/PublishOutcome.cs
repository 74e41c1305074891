using Berth.Packaging.Archive;
using Berth.Registry.Catalog;

namespace Berth.Registry.Publishing;

/// <summary>How a publish ended. Anything but <see cref="Published"/> left nothing behind.</summary>
public abstract record PublishOutcome
{
    private PublishOutcome()
    {
    }

    /// <summary>The version is visible.</summary>
    public sealed record Published(VersionRecord Version) : PublishOutcome;

    /// <summary>The very same bytes were published before.</summary>
    public sealed record AlreadyPublished(VersionRecord Version) : PublishOutcome;

    /// <summary>The version exists with other bytes (<c>version.exists</c>).</summary>
    public sealed record VersionExists(string Slug, string Version, string ExistingDigest, string GivenDigest) : PublishOutcome;

    /// <summary>The slug belongs to somebody else, or differs only in case from one that exists.</summary>
    public sealed record SlugTaken(string Slug) : PublishOutcome;

    /// <summary>The package is not acceptable; all reasons.</summary>
    public sealed record Refused(IReadOnlyList<PackageFault> Faults) : PublishOutcome;

    /// <summary>More bytes arrived than a package may have.</summary>
    public sealed record TooLarge(long MaxBytes) : PublishOutcome;
}
