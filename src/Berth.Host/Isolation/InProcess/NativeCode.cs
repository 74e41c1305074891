using System.Reflection.PortableExecutable;

namespace Berth.Host.Isolation.InProcess;

/// <summary>Looks for native code among the files beside a version's main assembly.</summary>
internal static class NativeCode
{
    private static readonly string[] Extensions = [".so", ".dylib", ".exe", ".node"];

    /// <summary>The name of the first file with native code, or <see langword="null"/>. Files that are no images at all are left to the loader.</summary>
    public static string? Find(string main)
    {
        var folder = Path.GetDirectoryName(main)!;
        if (!Directory.Exists(folder))
            return null;
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var extension = Path.GetExtension(path);
            if (Extensions.Contains(extension, StringComparer.OrdinalIgnoreCase)
                || Path.GetFileName(path).Contains(".so.", StringComparison.OrdinalIgnoreCase)
                || (extension.Equals(".dll", StringComparison.OrdinalIgnoreCase) && IsNativeImage(path)))
            {
                return Path.GetRelativePath(folder, path);
            }
        }

        return null;
    }

    private static bool IsNativeImage(string path)
    {
        using var stream = File.OpenRead(path);
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
