using System.Text;
using System.Text.Json;
using Berth.Packaging.Archive;

namespace Berth.Registry.Tests;

/// <summary>Packages built in memory.</summary>
public static class TestPackage
{
    /// <summary>A package that needs other plugins.</summary>
    public static byte[] Needing(string slug, string version, params (string Slug, string Range)[] needs)
    {
        using var output = new MemoryStream();
        PackageWriter.Write(output,
        [
            new("plugin.json", JsonSerializer.SerializeToUtf8Bytes(new
            {
                name = slug,
                version,
                dependencies = needs.ToDictionary(need => need.Slug, need => need.Range),
                frontend = new { entry = "dist/index.js" },
            })),
            new("dist/index.js", "export default 1;"u8.ToArray()),
        ]);
        return output.ToArray();
    }

    public static byte[] Create(
        string slug = "Notes",
        string version = "1.0.0",
        string? displayName = null,
        string? description = null,
        string? category = null,
        string content = "export default 1;",
        string? readme = null,
        string? changelog = null,
        params string[] keywords)
    {
        var manifest = new Dictionary<string, object?>
        {
            ["name"] = slug,
            ["version"] = version,
            ["displayName"] = displayName,
            ["description"] = description,
            ["category"] = category,
            ["keywords"] = keywords,
            ["frontend"] = new { entry = "dist/index.js" },
        };
        var files = new List<PackageInput>
        {
            new("plugin.json", JsonSerializer.SerializeToUtf8Bytes(manifest.Where(m => m.Value is not null).ToDictionary())),
            new("dist/index.js", Encoding.UTF8.GetBytes(content)),
        };
        if (readme is not null)
            files.Add(new("README.md", Encoding.UTF8.GetBytes(readme)));
        if (changelog is not null)
            files.Add(new("CHANGELOG.md", Encoding.UTF8.GetBytes(changelog)));

        using var output = new MemoryStream();
        PackageWriter.Write(output, files);
        return output.ToArray();
    }
}
