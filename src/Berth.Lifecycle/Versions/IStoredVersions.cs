using Berth.Lifecycle.Operations;

namespace Berth.Lifecycle.Versions;

/// <summary>What is in the shared store, who uses it, and what would fit whom. Counts come from indexes alone: bounded with a million installations.</summary>
public interface IStoredVersions
{
    /// <summary>All versions that are in the store or in use, by slug and version.</summary>
    Task<IReadOnlyList<VersionUse>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>One version with its files; <see langword="null"/> when it is neither in the store nor in use.</summary>
    Task<VersionDetail?> FindAsync(string slug, string version, CancellationToken cancellationToken = default);

    /// <summary>Who has a version in force or in the rollback slot, a page at a time.</summary>
    /// <param name="cursor">Of the page before; <see langword="null"/> for the first.</param>
    Task<VersionUsers> UsersAsync(string slug, string version, int limit, string? cursor, CancellationToken cancellationToken = default);

    /// <summary>Whether a version fits this host and the user's other plugins; with all reasons why not.</summary>
    /// <param name="range">A version or range; the newest stable version when absent.</param>
    Task<Compatibility> CheckAsync(OperationCaller caller, string slug, string? range, CancellationToken cancellationToken = default);
}

/// <summary>A version and its use.</summary>
/// <param name="Slug">Canonical spelling.</param>
/// <param name="Version">SemVer 2.0.0.</param>
/// <param name="InStore">Whether its files are in the store.</param>
/// <param name="Digest">Of its package, when it is in the store.</param>
/// <param name="TrustLevel">The registry's decision when it was staged.</param>
/// <param name="Bytes">Of its files and their variants.</param>
/// <param name="Files">How many files.</param>
/// <param name="StagedAt">When it came into the store.</param>
/// <param name="ReferencedAt">Now while something refers to it, otherwise when the last reference was noted.</param>
/// <param name="Users">Installations that have it in force.</param>
/// <param name="RollbackSlots">Installations that could go back to it.</param>
/// <param name="UpdateTo">The newest stable version that the registry offers, when it is newer.</param>
public sealed record VersionUse(
    string Slug, string Version, bool InStore, string? Digest, string? TrustLevel, long Bytes, int Files,
    DateTimeOffset? StagedAt, DateTimeOffset? ReferencedAt, long Users, long RollbackSlots, string? UpdateTo);

/// <summary>A version, its use and its files.</summary>
/// <param name="Use">Its use.</param>
/// <param name="FileList">Its files as the index has them.</param>
public sealed record VersionDetail(VersionUse Use, IReadOnlyList<VersionFile> FileList);

/// <summary>One file of a version.</summary>
public sealed record VersionFile(string Path, long Size, string Sha256, bool Served);

/// <summary>A page of users.</summary>
public sealed record VersionUsers(IReadOnlyList<VersionUser> Users, string? NextCursor);

/// <summary>One user of a version.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Slot"><c>in_force</c> or <c>rollback</c>.</param>
public sealed record VersionUser(string UserId, string Slot);

/// <summary>Whether a version fits.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Version">The version that was looked at; <see langword="null"/> when none was found.</param>
/// <param name="Compatible">Whether nothing is in the way.</param>
/// <param name="Reasons">All reasons why not, each with what to do.</param>
/// <param name="CheckedAgainst">The host's version and the user's other plugins with theirs.</param>
public sealed record Compatibility(
    string Slug, string? Version, bool Compatible, IReadOnlyList<RefusalReason> Reasons, IReadOnlyDictionary<string, string> CheckedAgainst);
