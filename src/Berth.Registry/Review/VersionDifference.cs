using Berth.Packaging.Archive;
using Berth.Registry.Catalog;

namespace Berth.Registry.Review;

/// <summary>What a version changes compared with the one before: what a reviewer looks at first.</summary>
/// <param name="PreviousVersion">The visible version before it; <see langword="null"/> when it is the first.</param>
/// <param name="FilesAdded">Files that are new.</param>
/// <param name="FilesRemoved">Files that are gone.</param>
/// <param name="FilesChanged">Files with other bytes.</param>
/// <param name="FilesUnchanged">How many are the same.</param>
/// <param name="CapabilitiesAdded">Asked for now.</param>
/// <param name="CapabilitiesRemoved">Not any more.</param>
/// <param name="Dependencies">What changed in them.</param>
/// <param name="Size">Bytes of the package.</param>
/// <param name="PreviousSize">Before.</param>
public sealed record VersionDifference(
    string? PreviousVersion,
    IReadOnlyList<FileChange> FilesAdded,
    IReadOnlyList<FileChange> FilesRemoved,
    IReadOnlyList<FileChange> FilesChanged,
    int FilesUnchanged,
    IReadOnlyList<string> CapabilitiesAdded,
    IReadOnlyList<string> CapabilitiesRemoved,
    IReadOnlyList<DependencyChange> Dependencies,
    long Size,
    long? PreviousSize)
{
    /// <summary>The difference of two packages.</summary>
    /// <param name="now">The version in review.</param>
    /// <param name="nowPackage">Its package, or <see langword="null"/> when it cannot be read any more.</param>
    /// <param name="before">The version before it.</param>
    /// <param name="beforePackage">Its package.</param>
    public static VersionDifference Of(VersionRecord now, Package? nowPackage, VersionRecord? before, Package? beforePackage)
    {
        ArgumentNullException.ThrowIfNull(now);
        var files = (nowPackage?.Files ?? []).ToDictionary(file => file.Path, StringComparer.Ordinal);
        var old = (beforePackage?.Files ?? []).ToDictionary(file => file.Path, StringComparer.Ordinal);
        var capabilities = now.Manifest.Security.Capabilities;
        var oldCapabilities = before?.Manifest.Security.Capabilities ?? [];
        return new VersionDifference(
            before?.Version,
            [.. files.Values.Where(file => !old.ContainsKey(file.Path)).Select(file => new FileChange(file.Path, file.Size, null))],
            [.. old.Values.Where(file => !files.ContainsKey(file.Path)).Select(file => new FileChange(file.Path, null, file.Size))],
            [.. files.Values.Where(file => old.TryGetValue(file.Path, out var other) && other.Sha256 != file.Sha256).Select(file => new FileChange(file.Path, file.Size, old[file.Path].Size))],
            files.Values.Count(file => old.TryGetValue(file.Path, out var other) && other.Sha256 == file.Sha256),
            [.. capabilities.Except(oldCapabilities)],
            [.. oldCapabilities.Except(capabilities)],
            [.. DependencyChanges(now, before)],
            now.Size,
            before?.Size);
    }

    private static IEnumerable<DependencyChange> DependencyChanges(VersionRecord now, VersionRecord? before)
    {
        var ranges = Ranges(now);
        var old = before is null ? [] : Ranges(before);
        return ranges.Keys.Union(old.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(slug => new DependencyChange(slug, ranges.GetValueOrDefault(slug), old.GetValueOrDefault(slug)))
            .Where(change => change.Range != change.PreviousRange);
    }

    private static Dictionary<string, string> Ranges(VersionRecord version) => version.Manifest.Dependencies
        .Concat(version.Manifest.OptionalDependencies.Where(dependency => !version.Manifest.Dependencies.ContainsKey(dependency.Key)))
        .ToDictionary(dependency => dependency.Key, dependency => dependency.Value.ToString()!, StringComparer.Ordinal);
}

/// <summary>A file that differs.</summary>
/// <param name="Path">In the package.</param>
/// <param name="Size">Bytes now.</param>
/// <param name="PreviousSize">Bytes before.</param>
public sealed record FileChange(string Path, long? Size, long? PreviousSize);

/// <summary>A dependency that differs.</summary>
/// <param name="Slug">Of what is needed.</param>
/// <param name="Range">Now; <see langword="null"/> when it is gone.</param>
/// <param name="PreviousRange">Before; <see langword="null"/> when it is new.</param>
public sealed record DependencyChange(string Slug, string? Range, string? PreviousRange);
