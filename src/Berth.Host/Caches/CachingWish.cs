using System.Text.Json;
using Berth.Packaging.Manifest;

namespace Berth.Host.Caches;

/// <summary>What a manifest's <c>optimization.caching</c> says about one cache: it may only ask for less.</summary>
/// <param name="IsKept">Whether anything is kept at all.</param>
/// <param name="TimeToLive">The longest time; <see langword="null"/> when the host's holds.</param>
internal readonly record struct CachingWish(bool IsKept, TimeSpan? TimeToLive)
{
    /// <summary>Keep it as the host does.</summary>
    public static CachingWish Default { get; } = new(true, null);

    /// <summary>Keep nothing.</summary>
    public static CachingWish Never { get; } = new(false, null);

    /// <param name="manifest">The manifest.</param>
    /// <param name="member"><c>manifestCache</c>, <c>validationCache</c> or <c>securityCache</c>.</param>
    public static CachingWish Of(PluginManifest manifest, string member)
    {
        if (manifest.Optimization is not { ValueKind: JsonValueKind.Object } optimization || !optimization.TryGetProperty("caching", out var caching))
            return Default;
        var isOff = caching.TryGetProperty(member, out var flag) && flag.ValueKind == JsonValueKind.False;
        return new CachingWish(!isOff, manifest.CachingTimeToLive);
    }
}
