using Berth.Packaging.Archive;

namespace Berth.Registry.Search;

/// <summary>A version that was just added to a plugin.</summary>
/// <param name="Package">What was added.</param>
/// <param name="TrustLevel">The plugin's.</param>
/// <param name="IsFirst">Whether the plugin has no other version.</param>
/// <param name="At">When it became visible, Unix milliseconds.</param>
internal sealed record AddedVersion(Package Package, string TrustLevel, bool IsFirst, long At);
