using System.Collections.Immutable;
using Texts = System.Collections.Immutable.ImmutableSortedDictionary<string, string>;

namespace Berth.Lifecycle.Tests.Operations.Model;

/// <summary>What becomes of documents and settings on their way into another version. Only Echo has a format of its own in each.</summary>
internal static class ModelDocuments
{
    private const string Before = """{"v":2,"value":""";

    public static Texts None { get; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>What the plugin's own install writes.</summary>
    public static Texts Fresh(ModelVersion version) =>
        version.Slug == "Echo" ? None.Add("installed", Written($"\"{version.Number}\"", version)) : None;

    public static Texts Carried(Texts documents, ModelVersion to) =>
        to.Slug == "Echo" ? documents.Select(one => KeyValuePair.Create(one.Key, Written(Plain(one.Value), to))).ToImmutableSortedDictionary(StringComparer.Ordinal) : documents;

    /// <summary>What the version's schema takes of the settings.</summary>
    public static Texts SettingsOf(ModelVersion version, Texts settings) =>
        version.Slug == "Tuned" ? settings.Where(one => Takes(version, one.Key, one.Value)).ToImmutableSortedDictionary(StringComparer.Ordinal) : settings;

    public static bool Takes(ModelVersion version, string field, string json) => field switch
    {
        "limit" => int.Parse(json, System.Globalization.CultureInfo.InvariantCulture) <= (version.Number == "1.0.0" ? 100 : 10),
        "sortBy" => json == "\"title\"" || json == (version.Number == "1.0.0" ? "\"created\"" : "\"updated\""),
        _ => true,
    };

    private static string Written(string json, ModelVersion version) => version.Number == "1.0.0" ? json : $"{Before}{json}}}";

    private static string Plain(string json) => json.StartsWith(Before, StringComparison.Ordinal) ? json[Before.Length..^1] : json;
}
