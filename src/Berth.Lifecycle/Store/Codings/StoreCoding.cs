namespace Berth.Lifecycle.Store.Codings;

/// <summary>The codings of the store that need a library of the system, as the setting names them.</summary>
public static class StoreCoding
{
    /// <summary>Zstandard: served to who accepts it.</summary>
    public const string Zstd = "zstd";

    /// <summary>LZ4: how optimised files lie on the disk; never sent.</summary>
    public const string Lz4 = "lz4";

    /// <summary>Both.</summary>
    public static IReadOnlySet<string> All { get; } = new HashSet<string>(StringComparer.Ordinal) { Zstd, Lz4 };
}
