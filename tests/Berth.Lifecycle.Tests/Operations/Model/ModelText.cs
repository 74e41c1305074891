namespace Berth.Lifecycle.Tests.Operations.Model;

/// <summary>The one way in which the model and the world write down what they have.</summary>
internal static class ModelText
{
    public static string Line(string slug, string version, bool enabled, string? pinned, string channel, bool granted, string? previous) =>
        $"{slug} {version} {(enabled ? "on" : "off")} pin={pinned ?? "-"} channel={channel} granted={granted} slot={previous ?? "-"}";

    public static string Module(string name, bool enabled, int priority, string values) => $" module {name} {(enabled ? "on" : "off")} {priority} {values}";

    public static string Of(IEnumerable<KeyValuePair<string, string>> texts) => string.Concat(texts.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $" {one.Key}={one.Value}"));
}
