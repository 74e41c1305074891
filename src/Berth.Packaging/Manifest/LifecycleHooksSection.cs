using System.Text.Json;

namespace Berth.Packaging.Manifest;

/// <summary>Reads <c>events.lifecycle</c>: a hook's name, several, or yes and no.</summary>
internal static class LifecycleHooksSection
{
    private const int LongestName = 256;

    public static LifecycleHooksManifest Read(ManifestObject? lifecycle)
    {
        if (lifecycle is null)
        {
            return new LifecycleHooksManifest();
        }

        var read = new LifecycleHooksManifest
        {
            BeforeLoad = ReadHook(lifecycle, "beforeLoad"),
            AfterLoad = ReadHook(lifecycle, "afterLoad"),
            BeforeUnload = ReadHook(lifecycle, "beforeUnload"),
            OnError = ReadHook(lifecycle, "onError"),
        };
        lifecycle.RefuseUnknown();
        return read;
    }

    private static HookManifest ReadHook(ManifestObject lifecycle, string member) =>
        lifecycle.Find(member, "a hook's name, a list of names, true or false", JsonValueKind.String, JsonValueKind.Array, JsonValueKind.True, JsonValueKind.False)?.ValueKind switch
        {
            JsonValueKind.String => lifecycle.Text(member, LongestName, min: 1) is { } name ? new HookManifest([name]) : HookManifest.None,
            JsonValueKind.Array => new HookManifest(lifecycle.Texts(member, LongestName, distinct: true)),
            JsonValueKind.False => HookManifest.None,
            _ => HookManifest.All,
        };
}
