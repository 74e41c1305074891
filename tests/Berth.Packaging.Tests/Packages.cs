using System.Text;
using Berth.Packaging.Archive;

namespace Berth.Packaging.Tests;

/// <summary>Small packages for tests.</summary>
internal static class Packages
{
    public const string MinimalManifest = """{"name":"Notes","version":"1.0.0"}""";

    public static PackageInput File(string path, string content) => new(path, Encoding.UTF8.GetBytes(content));

    public static PackageInput Manifest(string json = MinimalManifest) => File("plugin.json", json);

    public static byte[] Pack(params PackageInput[] files)
    {
        using var output = new MemoryStream();
        PackageWriter.Write(output, files);
        return output.ToArray();
    }

    public static Task<PackageReadOutcome> ReadAsync(byte[] package, PackageLimits? limits = null) =>
        PackageReader.ReadAsync(new MemoryStream(package), limits ?? PackageLimits.Default);

    public static async Task<Package> AcceptAsync(byte[] package)
    {
        var outcome = await ReadAsync(package);
        outcome.Faults.ShouldBeEmpty();
        return outcome.Package.ShouldNotBeNull();
    }
}
