namespace Berth.Packaging.Archive;

/// <summary>Bounds of a package, counted on real bytes.</summary>
public sealed record PackageLimits
{
    /// <summary>The defaults of the contract.</summary>
    public static PackageLimits Default { get; } = new();

    /// <summary>Bytes of the package. Default 64 MB.</summary>
    public long MaxPackageBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Bytes of all files together. Default 512 MB.</summary>
    public long MaxUnpackedBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>Number of entries. Default 10,000.</summary>
    public int MaxEntries { get; init; } = 10_000;

    /// <summary>Unpacked bytes for each packed byte, in total and for each entry above 1 MB. Default 100.</summary>
    public int MaxRatio { get; init; } = 100;

    /// <summary>Bytes of <c>plugin.json</c>. Default 1 MB.</summary>
    public int MaxManifestBytes { get; init; } = 1024 * 1024;
}
