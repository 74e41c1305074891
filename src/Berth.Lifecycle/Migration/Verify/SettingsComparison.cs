using System.Globalization;
using System.Text.Json;
using Berth.Lifecycle.Migration.OldLayout;

namespace Berth.Lifecycle.Migration.Verify;

/// <summary>
/// Compares old rows with new ones, column by column. It reads the old columns in its own words, not with the code that
/// carried them over: a fault there must show here.
/// </summary>
internal static class SettingsComparison
{
    private static readonly string[] Texts = ["display_name", "description", "icon", "category"];
    private static readonly string[] Documents = ["props", "config_fields", "messages", "required_services", "dependencies", "layout", "tags"];

    /// <summary>What differs in the row of a plugin.</summary>
    public static IEnumerable<string> Plugin(OldInstallation old, MigratedPlugin plugin)
    {
        var columns = old.Row!.Columns;
        if (!string.Equals(plugin.PluginSlug, old.Slug, StringComparison.OrdinalIgnoreCase))
            yield return $"{plugin.Id}: the slug is {plugin.PluginSlug}, was {old.Slug}";
        if (plugin.Version != old.Version && !plugin.Version.StartsWith(old.Version + "+sha.", StringComparison.Ordinal) && !plugin.Version.StartsWith(old.Version + ".sha.", StringComparison.Ordinal))
            yield return $"{plugin.Id}: the version is {plugin.Version}, was {old.Version}";
        if (Enabled(columns) is { } enabled && enabled != (plugin.Enabled == 1))
            yield return $"{plugin.Id}: enabled is {plugin.Enabled}, was {columns["enabled"]}";
        if (Parse(columns.GetValueOrDefault("config_fields")) is { ValueKind: JsonValueKind.Object } settings && !JsonElement.DeepEquals(settings, Parse(plugin.Config) ?? default))
            yield return $"{plugin.Id}: config_fields are not what they were";
        if (Date(columns.GetValueOrDefault("created_at")) is { } created && created != plugin.CreatedAt)
            yield return $"{plugin.Id}: created_at is {plugin.CreatedAt}, was {columns["created_at"]}";
    }

    /// <summary>What differs in the row of a module.</summary>
    public static IEnumerable<string> Module(OldRow old, MigratedModule module)
    {
        var columns = old.Columns;
        if (Enabled(columns) is { } enabled && enabled != (module.Enabled == 1))
            yield return $"{module.Id}: enabled is {module.Enabled}, was {columns["enabled"]}";
        if (int.TryParse(columns.GetValueOrDefault("priority"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var priority) && priority != module.Priority)
            yield return $"{module.Id}: priority is {module.Priority}, was {priority}";
        foreach (var name in Texts.Where(name => columns.GetValueOrDefault(name) is { } text && text != module[name]))
            yield return $"{module.Id}: {name} is not what it was";
        foreach (var name in Documents)
        {
            // What is no JSON in the old row cannot be one in the new; the reader remarks on it.
            if (Parse(columns.GetValueOrDefault(name)) is { ValueKind: not JsonValueKind.Null } document && !JsonElement.DeepEquals(document, Parse(module[name]) ?? default))
                yield return $"{module.Id}: {name} is not what it was";
        }
    }

    private static bool? Enabled(IReadOnlyDictionary<string, string?> columns) =>
        columns.GetValueOrDefault("enabled") is { Length: > 0 } text ? !(text is "0" || string.Equals(text, "false", StringComparison.OrdinalIgnoreCase)) : null;

    private static long? Date(string? text) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
            ? (long)(date - DateTime.UnixEpoch).TotalMilliseconds
            : null;

    private static JsonElement? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
