using System.Text.Json;
using Berth.Packaging.Manifest;

namespace Berth.Packaging.Variants;

/// <summary>What may be done to a front end: the manifest's <c>optimization.bundleOptimization</c>.</summary>
/// <param name="Enabled">Whether the author asks for a variant; false when the manifest is silent.</param>
/// <param name="TreeShaking">Whether ES modules are bundled and what nobody uses is left out.</param>
/// <param name="Minification">Whether scripts are minified.</param>
/// <param name="Compression">Whether the report tells how small the files get on the way.</param>
/// <param name="RemoveSourceMaps">Whether source maps are left out.</param>
/// <param name="RemoveTestFiles">Whether test files are left out.</param>
public sealed record OptimizationOptions(
    bool Enabled = false, bool TreeShaking = true, bool Minification = true, bool Compression = true, bool RemoveSourceMaps = true, bool RemoveTestFiles = true)
{
    /// <summary>Whether a tool outside of Berth is needed.</summary>
    public bool NeedEsbuild => TreeShaking || Minification;

    /// <summary>The options of a manifest; what it does not say is on, but for <see cref="Enabled"/>.</summary>
    public static OptimizationOptions Of(PluginManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        if (manifest.Optimization is not { ValueKind: JsonValueKind.Object } optimization
            || !optimization.TryGetProperty("bundleOptimization", out var bundle) || bundle.ValueKind != JsonValueKind.Object)
        {
            return new OptimizationOptions();
        }

        return new OptimizationOptions(
            Flag("enabled", preset: false), Flag("treeShaking"), Flag("minification"), Flag("compression"), Flag("removeSourceMaps"), Flag("removeTestFiles"));

        bool Flag(string name, bool preset = true) => !bundle.TryGetProperty(name, out var value) ? preset : value.ValueKind != JsonValueKind.False;
    }

    /// <summary>By their names in the manifest.</summary>
    public IReadOnlyDictionary<string, bool> ToDictionary() => new SortedDictionary<string, bool>(StringComparer.Ordinal)
    {
        ["compression"] = Compression,
        ["minification"] = Minification,
        ["removeSourceMaps"] = RemoveSourceMaps,
        ["removeTestFiles"] = RemoveTestFiles,
        ["treeShaking"] = TreeShaking,
    };
}
