using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Packaging.Settings;

namespace Berth.Lifecycle.Settings;

/// <summary>
/// A user's values of a module's fields, put where front ends read them: <c>props.{field}</c>, over the manifest's, and
/// <c>configFields.{field}.value</c>. A value whose field is gone or does not take it any more is kept and not shown.
/// </summary>
internal static class ModuleValues
{
    private const string Nothing = "{}";

    public static string IntoProps(string props, string configFields, string settings)
    {
        if (settings is Nothing)
            return props;
        var shown = SettingsView.Object(props);
        foreach (var (field, value) in Fitting(configFields, settings))
            shown[field] = value;
        return shown.ToJsonString();
    }

    public static string IntoFields(string configFields, string settings)
    {
        if (settings is Nothing)
            return configFields;
        var shown = SettingsView.Object(configFields);
        foreach (var (field, value) in Fitting(configFields, settings))
        {
            if (shown[field] is JsonObject one)
                one["value"] = value;
        }

        return shown.ToJsonString();
    }

    private static IEnumerable<(string Field, JsonNode? Value)> Fitting(string configFields, string settings)
    {
        var fields = JsonSerializer.Deserialize(configFields, LifecycleJson.Default.JsonElement);
        foreach (var (name, value) in SettingsView.Object(settings))
        {
            if (fields.TryGetProperty(name, out var field) && ModuleFields.Fits(field, JsonSerializer.SerializeToElement(value, LifecycleJson.Default.JsonNode)))
                yield return (name, value?.DeepClone());
        }
    }
}
