using System.Text;
using System.Text.Json.Nodes;
using Berth.Lifecycle.Store;
using Berth.Packaging.Archive;

namespace Berth.Lifecycle.Tests.World;

/// <summary>A package and what a registry would say of it.</summary>
internal sealed record TestPackage(byte[] Bytes, AvailableVersion Version)
{
    public string Slug => Version.Slug;

    /// <summary>A front end without server-side code.</summary>
    public static Task<TestPackage> FrontendAsync(
        string slug, string version, string trust = "verified", IReadOnlyList<string>? modules = null, JsonObject? more = null, params PackageInput[] files)
    {
        var manifest = new JsonObject
        {
            ["name"] = slug,
            ["version"] = version,
            ["frontend"] = new JsonObject
            {
                ["entry"] = "dist/remoteEntry.js",
                ["modules"] = new JsonArray([.. (modules ?? ["Main"]).Select(name => (JsonNode)new JsonObject
                {
                    ["name"] = name,
                    ["displayName"] = $"{name} of {version}",
                    ["tags"] = new JsonArray("tag"),
                    ["configFields"] = new JsonObject { ["color"] = new JsonObject { ["type"] = "text" } },
                })]),
            },
        };
        foreach (var (name, value) in more ?? [])
            manifest[name] = value?.DeepClone();
        return PackAsync(
            [
                new PackageInput("plugin.json", Encoding.UTF8.GetBytes(manifest.ToJsonString())),
                new PackageInput("dist/remoteEntry.js", Encoding.UTF8.GetBytes($"/* {slug} {version} */ " + string.Concat(Enumerable.Repeat("console.log('hello');\n", 100)))),
                .. files,
            ],
            trust);
    }

    /// <summary>A golden plugin of <c>plugins/fixtures</c>.</summary>
    public static async Task<TestPackage> FixtureAsync(string slug, string version, string trust = "verified")
    {
        using var bytes = new MemoryStream();
        PackageWriter.WriteDirectory(bytes, Path.Combine(AppContext.BaseDirectory, "fixtures", slug, version));
        return await OfferAsync(bytes.ToArray(), trust);
    }

    public static async Task<TestPackage> PackAsync(IEnumerable<PackageInput> files, string trust = "verified")
    {
        using var bytes = new MemoryStream();
        PackageWriter.Write(bytes, files);
        return await OfferAsync(bytes.ToArray(), trust);
    }

    private static async Task<TestPackage> OfferAsync(byte[] bytes, string trust)
    {
        var outcome = await PackageReader.ReadAsync(new MemoryStream(bytes), PackageLimits.Default);
        outcome.Faults.ShouldBeEmpty();
        var package = outcome.Package!;
        return new TestPackage(
            bytes, new AvailableVersion(package.Manifest.Name, package.Manifest.Version, package.Digest, package.Size, trust, false, package.Manifest));
    }
}
