using System.Text.Json;

namespace Berth.Packaging.Scanning.Dependencies;

/// <summary>Reads advisories in the OSV format (https://ossf.github.io/osv-schema/).</summary>
public static class OsvReader
{
    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 64 };

    /// <summary>Reads one advisory. Returns <see langword="null"/> when the bytes are none: no JSON, no Unicode, no id, no time.</summary>
    public static OsvAdvisory? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Read(document.RootElement) : null;
        }
        // Texts that are no Unicode are found only when they are read.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static OsvAdvisory? Read(JsonElement root)
    {
        if (Text(root, "id") is not { Length: > 0 and <= 200 } id || Time(root, "modified") is not { } modified)
            return null;
        var affected = Items(root, "affected").Select(Affected).OfType<OsvAffected>().ToList();
        return new OsvAdvisory(id, modified, Time(root, "withdrawn"), Text(root, "summary"), SeverityOf(root), affected);
    }

    private static OsvAffected? Affected(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("package", out var package) || Text(package, "name") is not { Length: > 0 and <= 300 } name)
            return null;
        // An ecosystem may carry a suffix behind a colon.
        var ecosystem = Text(package, "ecosystem")?.Split(':')[0];
        if (ecosystem is not (PackageDependency.Npm or PackageDependency.NuGet))
            return null;
        var ranges = Items(item, "ranges").Where(range => Text(range, "type") is "SEMVER" or "ECOSYSTEM").Select(Events).Where(events => events.Count > 0).ToList();
        var versions = Items(item, "versions").Where(version => version.ValueKind == JsonValueKind.String).Select(version => version.GetString()!).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new OsvAffected(ecosystem, ecosystem == PackageDependency.NuGet ? name.ToLowerInvariant() : name, ranges, versions);
    }

    private static IReadOnlyList<OsvEvent> Events(JsonElement range)
    {
        var events = new List<OsvEvent>();
        foreach (var item in Items(range, "events"))
        {
            if (Text(item, "introduced") is { } introduced)
                events.Add(new(OsvEventKind.Introduced, introduced));
            if (Text(item, "fixed") is { } repaired)
                events.Add(new(OsvEventKind.Fixed, repaired));
            if (Text(item, "last_affected") is { } last)
                events.Add(new(OsvEventKind.LastAffected, last));
        }

        return events;
    }

    private static Severity SeverityOf(JsonElement root)
    {
        var scores = Items(root, "severity").Concat(Items(root, "affected").SelectMany(item => Items(item, "severity")))
            .Where(item => Text(item, "type") == "CVSS_V3").Select(item => CvssScore.Base(Text(item, "score"))).OfType<double>().ToList();
        if (scores.Count > 0)
            return scores.Max() switch { >= 9 => Severity.Critical, >= 7 => Severity.High, >= 4 => Severity.Medium, > 0 => Severity.Low, _ => Severity.Info };
        var word = root.TryGetProperty("database_specific", out var own) ? Text(own, "severity") : null;
        return word?.ToUpperInvariant() switch { "CRITICAL" => Severity.Critical, "HIGH" => Severity.High, "LOW" => Severity.Low, _ => Severity.Medium };
    }

    private static JsonElement[] Items(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array ? [.. items.EnumerateArray()] : [];

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static DateTimeOffset? Time(JsonElement parent, string name) =>
        Text(parent, name) is { } text && DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
