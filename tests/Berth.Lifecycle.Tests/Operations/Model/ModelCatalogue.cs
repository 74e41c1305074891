using System.Text.Json.Nodes;
using Berth.Lifecycle.Tests.Settings;
using Berth.Lifecycle.Tests.World;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Tests.Operations.Model;

/// <summary>What is on offer in the model's world: dependencies in a row, a conflict, prereleases, settings, and a plugin with code.</summary>
internal static class ModelCatalogue
{
    /// <summary>Oldest first within a plugin.</summary>
    public static IReadOnlyList<ModelVersion> All { get; } =
    [
        new("Charts", "1.0.0", modules: ["Both", "Old"]),
        new("Charts", "2.0.0", modules: ["Both", "New"]),
        new("Charts", "2.1.0-beta.1", modules: ["Beta", "Both"]),
        new("Desk", "1.0.0", needs: "Charts ^1", modules: ["Main"]),
        new("Desk", "1.1.0", needs: "Charts ^2", modules: ["Main"]),
        new("Echo", "1.0.0"),
        new("Echo", "1.1.0"),
        new("Solo", "1.0.0", excludes: "Desk *", modules: ["Main"]),
        new("Solo", "2.0.0-beta.1", excludes: "Desk 1.0.0", modules: ["Main"]),
        new("Suite", "1.0.0", needs: "Charts *, Echo ^1", modules: ["Main"]),
        new("Suite", "2.0.0", needs: "Charts ^2, Echo ^1.1, Desk *", modules: ["Main"]),
        new("Tuned", "1.0.0", modules: ["Old", "Panel"]),
        new("Tuned", "2.0.0", modules: ["New", "Panel"]),
    ];

    public static IReadOnlyList<string> Slugs { get; } = [.. All.Select(version => version.Slug).Distinct(StringComparer.Ordinal)];

    /// <summary>Newest first.</summary>
    public static IEnumerable<ModelVersion> VersionsOf(string slug) => All.Where(version => version.Slug == slug).Reverse();

    public static ModelVersion? Find(string slug, string number) => All.FirstOrDefault(version => version.Slug == slug && version.Number == number);

    public static async Task PublishAsync(TestRegistry registry)
    {
        await Tuned.PublishAsync(registry);
        registry.Publish(await TestPackage.FixtureAsync("Echo", "1.0.0"), await TestPackage.FixtureAsync("Echo", "1.1.0"));
        foreach (var version in All.Where(version => version.Slug is not ("Tuned" or "Echo")))
        {
            registry.Publish(await TestPackage.FrontendAsync(version.Slug, version.Number, modules: version.Modules, more: new JsonObject
            {
                ["dependencies"] = Json(version.Needs),
                ["conflicts"] = Json(version.Excludes),
            }));
        }
    }

    private static JsonObject Json(IReadOnlyDictionary<string, VersionRange> ranges) =>
        new(ranges.Select(range => KeyValuePair.Create(range.Key, (JsonNode?)range.Value.ToString())));
}

/// <summary>One version.</summary>
internal sealed class ModelVersion(string slug, string number, string needs = "", string excludes = "", IReadOnlyList<string>? modules = null)
{
    public string Slug => slug;

    public string Number => number;

    public SemanticVersion Version { get; } = SemanticVersion.Parse(number);

    public IReadOnlyDictionary<string, VersionRange> Needs { get; } = Ranges(needs);

    public IReadOnlyDictionary<string, VersionRange> Excludes { get; } = Ranges(excludes);

    public IReadOnlyList<string> Modules => modules ?? [];

    public override string ToString() => $"{slug} {number}";

    private static Dictionary<string, VersionRange> Ranges(string text) => text
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(one => one.Split(' ', 2)).ToDictionary(parts => parts[0], parts => VersionRange.Parse(parts[1]), StringComparer.Ordinal);
}
