using Berth.Packaging.Archive;

namespace Berth.Server.Tests;

/// <summary>Packages made in memory.</summary>
public static class TestPackages
{
    public const string Script = "dist/remoteEntry.js";

    /// <summary>A front end with one module, a script that tells its version, an icon and a file that is never served.</summary>
    public static byte[] FrontEnd(string slug = "Clock", string version = "1.0.0", object? more = null, params (string Path, string Text)[] files)
    {
        var manifest = new Dictionary<string, object?>
        {
            ["name"] = slug,
            ["version"] = version,
            ["frontend"] = new { entry = Script, modules = new[] { new { name = "Panel", displayName = "Panel" } } },
        };
        foreach (var (name, value) in more is null ? [] : JsonSerializer.SerializeToElement(more).EnumerateObject().Select(member => (member.Name, member.Value)))
            manifest[name] = value;
        return Pack(
            [("plugin.json", JsonSerializer.Serialize(manifest)), (Script, ScriptText(slug, version)), ("src/secret.ts", "never served"), .. files]);
    }

    /// <summary>Longer than what is worth compressing, and different in each version.</summary>
    public static string ScriptText(string slug, string version) =>
        $"window.{slug}='{version}';\n" + string.Concat(Enumerable.Repeat("/* the clock strikes */\n", 400));

    public static byte[] Pack(params IEnumerable<(string Path, string Text)> files)
    {
        using var output = new MemoryStream();
        PackageWriter.Write(output, files.Select(file => new PackageInput(file.Path, Encoding.UTF8.GetBytes(file.Text))));
        return output.ToArray();
    }

    /// <summary>Packs a folder, for example a golden plugin's.</summary>
    public static byte[] PackFolder(string folder)
    {
        using var output = new MemoryStream();
        PackageWriter.WriteDirectory(output, folder);
        return output.ToArray();
    }
}
