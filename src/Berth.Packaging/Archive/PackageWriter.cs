namespace Berth.Packaging.Archive;

/// <summary>One file to pack.</summary>
/// <param name="Path">The path in the package.</param>
/// <param name="Content">Its bytes.</param>
public sealed record PackageInput(string Path, ReadOnlyMemory<byte> Content);

/// <summary>Writes canonical packages: same input, same bytes.</summary>
public static class PackageWriter
{
    /// <summary>Writes a package. The caller reads it back with <see cref="PackageReader"/> to learn whether it is acceptable.</summary>
    public static void Write(Stream output, IEnumerable<PackageInput> files) => throw new NotImplementedException();

    /// <summary>Packs all files below a folder, except <c>.berth</c>, <c>.sig</c>, <c>.git/**</c> and <c>node_modules/**</c>.</summary>
    public static void WriteDirectory(Stream output, string directory) => throw new NotImplementedException();
}
