using System.Text.Json;

namespace Berth.Packaging.Manifest;

/// <summary>Checks <c>optimization</c> and keeps it as written, with the one time in it that the host reads.</summary>
internal static class OptimizationSection
{
    public static JsonElement? Read(ManifestObject root, out TimeSpan? cachingTimeToLive)
    {
        cachingTimeToLive = null;
        if (root.Object("optimization") is not { } optimization)
        {
            return null;
        }

        if (optimization.Object("bundleOptimization") is { } bundle)
        {
            foreach (var member in (string[])["enabled", "treeShaking", "minification", "removeSourceMaps", "removeTestFiles"])
            {
                bundle.Flag(member);
            }

            // Some authors name the coding instead of saying yes.
            bundle.Find("compression", "true, false or the name of a coding", JsonValueKind.True, JsonValueKind.False, JsonValueKind.String);
            bundle.RefuseUnknown();
        }

        if (optimization.Object("caching") is { } caching)
        {
            foreach (var member in (string[])["manifestCache", "validationCache", "securityCache"])
            {
                caching.Flag(member);
            }

            cachingTimeToLive = Quantity.Milliseconds(caching, "ttl", max: 31_536_000_000) is { } ttl ? TimeSpan.FromMilliseconds(ttl) : null;
            caching.RefuseUnknown();
        }

        optimization.RefuseUnknown();
        return root.Find("optimization")?.Clone();
    }
}
