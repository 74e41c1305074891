using System.Text;
using Berth.Packaging.Manifest;

namespace Berth.Host.Tests.Beds;

/// <summary>A version for the level vm that a test writes itself.</summary>
internal static class VmVersion
{
    /// <summary>In the place of <c>Scripted</c>: one file, which is the entry.</summary>
    public static void Put(PluginBed bed, string entry, byte[] content)
    {
        var folder = Directory.CreateTempSubdirectory("berth-vm-").FullName;
        // A worker may have a user of its own.
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var path = Path.Combine(folder, entry);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        var manifest = ManifestReader.Read(Encoding.UTF8.GetBytes($$"""{ "name": "Scripted", "version": "1.0.0", "module": { "assembly": "{{entry}}" } }"""));
        bed.Source.Change = files => files with { Directory = folder, Manifest = manifest.Manifest! };
    }

    public static void Put(PluginBed bed, string script) => Put(bed, "vm/main.mjs", Encoding.UTF8.GetBytes(script));
}
