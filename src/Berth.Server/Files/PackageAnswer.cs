using System.Runtime.CompilerServices;
using Berth.Data.Blobs;
using Berth.Lifecycle.Store;
using Berth.Registry.Catalog;
using Berth.Registry.Optimization.Variants;

namespace Berth.Server.Files;

/// <summary>What every download of one published version answers, put together once.</summary>
internal sealed record PackageAnswer(FileRepresentation File, string ReprDigest, string Disposition)
{
    private static readonly ConditionalWeakTable<VersionRecord, PackageAnswer> Known = [];

    /// <summary>The answer for a version, or <see langword="null"/> when its bytes are not on this machine's disk.</summary>
    public static PackageAnswer? For(VersionRecord version, IPackageBlobs blobs)
    {
        if (Known.TryGetValue(version, out var known))
            return known;
        if (blobs.FindFile(version.Digest) is not { } path)
            return null;
        return Known.GetValue(version, version => At(path, version));
    }

    /// <summary>The answer for a version whose bytes are on their way: all but the file.</summary>
    public static PackageAnswer Arriving(VersionRecord version) => At("", version);

    /// <summary>The answer for a variant of a version, or <see langword="null"/> when its bytes are not on this machine's disk.</summary>
    public static PackageAnswer? Of(VersionRecord version, VariantRecord variant, IPackageBlobs blobs) =>
        variant is { Digest: { } digest, Size: { } size } && blobs.FindFile(digest) is { } path
            ? new PackageAnswer(
                new FileRepresentation(path, size, $"\"{digest}\""),
                $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(digest))}:",
                $"attachment; filename=\"{version.Slug}-{version.Version}.{variant.Kind}.berth\"")
            : null;

    private static PackageAnswer At(string path, VersionRecord version) => new(
        new FileRepresentation(path, version.Size, $"\"{version.Digest}\""),
        $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(version.Digest))}:",
        $"attachment; filename=\"{version.Slug}-{version.Version}.berth\"");
}
