using System.Text;
using System.Text.Json;
using Berth.Packaging.Archive;

namespace Berth.Registry.Tests.Scanning;

/// <summary>Packages for scans.</summary>
internal static class ScanPackages
{
    public const string Lock = """{"lockfileVersion":3,"packages":{"":{},"node_modules/lodash":{"version":"4.17.20"}}}""";

    public static byte[] Of(string slug, string version, params (string Path, string Content)[] files)
    {
        using var output = new MemoryStream();
        PackageWriter.Write(output,
        [
            new PackageInput("plugin.json", JsonSerializer.SerializeToUtf8Bytes(new { name = slug, version })),
            .. files.Select(file => new PackageInput(file.Path, Encoding.UTF8.GetBytes(file.Content))),
        ]);
        return output.ToArray();
    }

    /// <summary>A plugin with server code, whose manifest declares nothing.</summary>
    public static byte[] WithAssembly(string slug, string assembly)
    {
        using var output = new MemoryStream();
        PackageWriter.Write(output,
        [
            new PackageInput("plugin.json", JsonSerializer.SerializeToUtf8Bytes(new { name = slug, version = "1.0.0" })),
            new PackageInput("lib/net10.0/Some.dll", File.ReadAllBytes(assembly)),
        ]);
        return output.ToArray();
    }

    public static Stream Advisory(string id = "GHSA-test", string modified = "2026-01-01T00:00:00Z", string last = "4.17.20", string extra = "") => new MemoryStream(Encoding.UTF8.GetBytes(
        $$$"""{"id":"{{{id}}}","modified":"{{{modified}}}","summary":"Bad","database_specific":{"severity":"CRITICAL"}{{{extra}}},"affected":[{"package":{"ecosystem":"npm","name":"lodash"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"last_affected":"{{{last}}}"}]}]}]}"""));
}
