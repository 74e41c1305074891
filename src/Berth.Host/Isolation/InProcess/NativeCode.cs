using System.Buffers.Binary;
using System.Reflection.PortableExecutable;

namespace Berth.Host.Isolation.InProcess;

/// <summary>
/// Looks for native code anywhere in a version's folder, by what the files begin with: code in process can load a library from
/// wherever it lies and whatever it is called. Beside the assemblies, where the loader looks by itself, a name is enough.
/// </summary>
internal static class NativeCode
{
    private const uint Elf = 0x7F454C46;
    private const uint Fat = 0xCAFEBABE;
    private const uint Fat64 = 0xCAFEBABF;

    // A class file of Java begins with the same number as a fat Mach-O file, and with a version of its format, 45 or more, where the
    // other has the number of its architectures.
    private const uint MostArchitectures = 44;

    private static readonly string[] Extensions = [".so", ".dylib", ".exe", ".node"];

    // 32 and 64 bits, either byte order.
    private static readonly uint[] MachO = [0xFEEDFACE, 0xFEEDFACF, 0xCEFAEDFE, 0xCFFAEDFE];

    /// <summary>The name of the first file with native code, or <see langword="null"/>. Files that are no images at all are left to the loader.</summary>
    /// <param name="directory">The version's folder.</param>
    /// <param name="main">Its main assembly.</param>
    public static string? Find(string directory, string main)
    {
        var beside = Path.GetDirectoryName(main)! + Path.DirectorySeparatorChar;
        return Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Where(path => (path.StartsWith(beside, StringComparison.Ordinal) && IsNamedSo(path)) || IsNative(path))
                .Select(path => Path.GetRelativePath(directory, path)).FirstOrDefault()
            : null;
    }

    private static bool IsNamedSo(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)
        || Path.GetFileName(path).Contains(".so.", StringComparison.OrdinalIgnoreCase);

    private static bool IsNative(string path)
    {
        Span<byte> first = stackalloc byte[8];
        using var stream = new FileStream(path, new FileStreamOptions { BufferSize = 0 });
        if (stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) < first.Length)
            return false;
        var number = BinaryPrimitives.ReadUInt32BigEndian(first);
        return number switch
        {
            Elf or Fat64 => true,
            Fat => BinaryPrimitives.ReadUInt32BigEndian(first[4..]) <= MostArchitectures,
            _ => MachO.Contains(number) || (first[..2].SequenceEqual("MZ"u8) && IsNativeImage(stream)),
        };
    }

    private static bool IsNativeImage(FileStream stream)
    {
        stream.Position = 0;
        using var image = new PEReader(stream);
        try
        {
            // Mixed-mode images have IL and native code; they lack the flag.
            return image.PEHeaders.CorHeader is not { } header
                || (!header.Flags.HasFlag(CorFlags.ILOnly) && header.ManagedNativeHeaderDirectory.Size == 0);
        }
        catch (BadImageFormatException)
        {
            return false;
        }
    }
}
