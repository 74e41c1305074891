using Berth.Lifecycle.Store;
using Berth.Packaging.Archive;

namespace Berth.Lifecycle.PrivatePackages;

/// <summary>
/// Packages that only some users see: what a user uploaded, what was shared with them, what a migration made of their
/// files. A private version never replaces a public one, and nobody else learns that it exists.
/// </summary>
public interface IPrivatePackages
{
    /// <summary>
    /// Keeps a package for one user. Before: the bytes anywhere. After: read strictly, durable by digest, readable by
    /// that user. The same bytes again: no change. After a failure: nothing is kept.
    /// </summary>
    /// <param name="userId">Who may read it from now on.</param>
    /// <param name="package">The bytes; not necessarily seekable.</param>
    /// <param name="addedBy">Who brought it: the user, an administrator, or <c>migration</c>.</param>
    Task<PrivatePackageOutcome> AddAsync(string userId, Stream package, string addedBy, CancellationToken cancellationToken = default);

    /// <summary>
    /// The same, brought by an administrator: as in the registry, their packages are trusted as <c>internal</c> and all
    /// others as <c>community</c>. Bytes that were community become internal for all their readers, never the other way.
    /// </summary>
    Task<PrivatePackageOutcome> AddTrustedAsync(string userId, Stream package, string addedBy, CancellationToken cancellationToken = default);

    /// <summary>The trust level that <see cref="AddAsync"/>, or <see cref="AddTrustedAsync"/>, gives to bytes that are new.</summary>
    static string TrustLevelOf(bool isByAdministrator) => isByAdministrator ? "internal" : "community";

    /// <summary>The private versions of a plugin that a user may read, newest first. Slug without regard to case.</summary>
    ValueTask<IReadOnlyList<AvailableVersion>> VersionsAsync(string userId, string slug, CancellationToken cancellationToken = default);

    /// <summary>Lets another user read a version, for an accepted share. Returns whether it is there.</summary>
    Task<bool> GrantAsync(string digest, string userId, string grantedBy, CancellationToken cancellationToken = default);

    /// <summary>The bytes of a private version, as a source of packages for the store.</summary>
    IPackageSource Source { get; }
}

/// <summary>How taking a private package in ended.</summary>
public abstract record PrivatePackageOutcome
{
    private PrivatePackageOutcome()
    {
    }

    /// <summary>The user may read it. <paramref name="IsNew"/> is false when they could before.</summary>
    public sealed record Added(AvailableVersion Version, bool IsNew) : PrivatePackageOutcome;

    /// <summary>It breaks the rules of the package format; these are all reasons.</summary>
    public sealed record Refused(IReadOnlyList<PackageFault> Faults) : PrivatePackageOutcome;

    /// <summary>It is larger than allowed.</summary>
    public sealed record TooLarge(long MaxBytes) : PrivatePackageOutcome;
}
