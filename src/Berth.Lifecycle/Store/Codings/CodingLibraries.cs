namespace Berth.Lifecycle.Store.Codings;

/// <summary>The compression libraries of the system that the store uses. One that is not there is done without.</summary>
internal sealed class CodingLibraries
{
    /// <summary>Looks for those that are wanted.</summary>
    public CodingLibraries(LifecycleOptions options)
        : this(
            options.StoreCodings.Contains(StoreCoding.Zstd) ? ZstdLibrary.Names : null,
            options.StoreCodings.Contains(StoreCoding.Lz4) ? Lz4Library.Names : null)
    {
    }

    /// <summary>Looks for these; <see langword="null"/> for one that is not wanted.</summary>
    public CodingLibraries(IReadOnlyList<string>? zstd, IReadOnlyList<string>? lz4)
    {
        Zstd = zstd is null ? null : ZstdLibrary.Open(zstd);
        Lz4 = lz4 is null ? null : Lz4Library.Open(lz4);
        Missing = [.. Absent(zstd, Zstd), .. Absent(lz4, Lz4)];
    }

    /// <summary>Zstandard, if it is wanted and there.</summary>
    public ZstdLibrary? Zstd { get; }

    /// <summary>LZ4, if it is wanted and there.</summary>
    public Lz4Library? Lz4 { get; }

    /// <summary>The names of the libraries that are wanted and not there.</summary>
    public IReadOnlyList<string> Missing { get; }

    private static IEnumerable<string> Absent(IReadOnlyList<string>? wanted, object? found) => wanted is not null && found is null ? [wanted[0]] : [];
}
