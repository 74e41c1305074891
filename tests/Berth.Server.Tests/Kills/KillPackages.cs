using Berth.Packaging.Archive;

namespace Berth.Server.Tests.Kills;

/// <summary>The plugins without code of their own, made in memory.</summary>
internal static class KillPackages
{
    public static IEnumerable<byte[]> All() =>
    [
        FrontEnd(KillRun.FrontEndOnly, null),
        FrontEnd(KillRun.Dependency, null),
        FrontEnd(KillRun.Dependent, new Dictionary<string, string> { [KillRun.Dependency] = "^1.0.0" }),
    ];

    private static byte[] FrontEnd(string slug, Dictionary<string, string>? dependencies)
    {
        var manifest = new Dictionary<string, object?>
        {
            ["name"] = slug,
            ["version"] = PluginModel.Old,
            ["frontend"] = new { entry = "dist/remoteEntry.js", modules = new[] { new { name = "Panel", displayName = "Panel" } } },
        };
        if (dependencies is not null)
            manifest["dependencies"] = dependencies;
        using var output = new MemoryStream();
        PackageWriter.Write(output, [
            new PackageInput("plugin.json", JsonSerializer.SerializeToUtf8Bytes(manifest)),
            new PackageInput("dist/remoteEntry.js", JsonSerializer.SerializeToUtf8Bytes($"the script of {slug}")),
        ]);
        return output.ToArray();
    }
}
