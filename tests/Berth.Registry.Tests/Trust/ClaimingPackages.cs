using System.Text;
using System.Text.Json;
using Berth.Packaging.Archive;

namespace Berth.Registry.Tests.Trust;

/// <summary>Packages whose manifests claim a trust level.</summary>
internal static class ClaimingPackages
{
    public static byte[] Create(string slug, string? level, string content = "export default 1;", string version = "1.0.0")
    {
        var manifest = new { name = slug, version, frontend = new { entry = "dist/index.js" }, security = level is null ? new object() : new { trustLevel = level } };
        using var output = new MemoryStream();
        PackageWriter.Write(output, [new("plugin.json", JsonSerializer.SerializeToUtf8Bytes(manifest)), new("dist/index.js", Encoding.UTF8.GetBytes(content))]);
        return output.ToArray();
    }
}
