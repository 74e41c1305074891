using System.Text.Json;

namespace Berth.Cli.Http;

/// <summary>Another plugin in a plan.</summary>
internal sealed record PlannedDependency(
    string PluginSlug, string? Kind, string? FromVersion, string? Version, string? Reason, IReadOnlyList<PlannedCapability>? Capabilities)
{
    /// <summary>Reads an element of a plan's <c>dependencies</c>; <see langword="null"/> when it is no such object.</summary>
    public static PlannedDependency? Of(JsonElement element) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty("plugin_slug", out var slug) && slug.ValueKind is JsonValueKind.String
            ? element.Deserialize<PlannedDependency>(WireJson.Options)
            : null;

    /// <summary>For people: what happens to it and why, and its capabilities.</summary>
    public IEnumerable<string> Lines()
    {
        var from = FromVersion is null || Version is null ? "" : $" from {FromVersion}";
        yield return $"  along: {Kind} {PluginSlug}{from}{(Version is null ? "" : FromVersion is null ? $" {Version}" : $" to {Version}")}{(Reason is null ? "" : $" ({Reason})")}";
        foreach (var capability in Capabilities ?? [])
        {
            yield return $"    {(capability.New ? "+" : " ")} {PluginSlug}:{capability.Name}{(capability.Risk is null ? "" : $" (risk {capability.Risk})")}{capability.Reach()}{(capability.New ? " [new]" : "")}{capability.Bar}";
        }
    }
}
