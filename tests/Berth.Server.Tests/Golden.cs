using System.Text.Json.Nodes;
using Berth.Packaging.Archive;

namespace Berth.Server.Tests;

/// <summary>The golden plugins of <c>plugins/fixtures</c> as packages.</summary>
public static class Golden
{
    public static byte[] Package(string slug, string version = "1.0.0") =>
        TestPackages.PackFolder(Path.Combine(AppContext.BaseDirectory, "fixtures", slug, version));

    /// <summary>The golden plugin Echo under another name, whose manifest asks for an isolation level or leaves it to the host.</summary>
    public static byte[] EchoAt(string slug, string? level)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "fixtures", "Echo", "1.0.0");
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "plugin.json")))!;
        manifest["name"] = slug;
        if (level is not null)
            manifest["security"]!["sandbox"] = new JsonObject { ["enabled"] = true, ["isolationLevel"] = level };
        using var output = new MemoryStream();
        PackageWriter.Write(output,
        [
            new PackageInput("plugin.json", Encoding.UTF8.GetBytes(manifest.ToJsonString())),
            new PackageInput("lib/net10.0/Echo.dll", File.ReadAllBytes(Path.Combine(folder, "lib", "net10.0", "Echo.dll"))),
        ]);
        return output.ToArray();
    }
}
