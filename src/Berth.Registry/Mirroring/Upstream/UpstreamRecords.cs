using System.Text;
using System.Text.Json;
using Berth.Packaging.Manifest;
using Berth.Registry.Catalog;
using Berth.Registry.Trust;
using Berth.Registry.Versions;

namespace Berth.Registry.Mirroring.Upstream;

/// <summary>Reads what an upstream registry says of a plugin. Nothing in it is believed but what can be checked: the manifest is validated, the bytes are compared with the digest when they come.</summary>
internal static class UpstreamRecords
{
    private const int MostVersions = 5_000;

    /// <summary>The plugin; <see langword="null"/> when the answer names another one, or no version that can be used.</summary>
    /// <exception cref="JsonException">It is no answer of a registry.</exception>
    public static PluginRecord? Read(string slug, string document)
    {
        using var json = JsonDocument.Parse(document);
        if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("versions", out var list) || list.ValueKind != JsonValueKind.Array)
            throw new JsonException("There are no versions.");
        var versions = list.EnumerateArray().Take(MostVersions).Select(Version).OfType<VersionRecord>()
            .Where(version => string.Equals(version.Slug, slug, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(version => version.Manifest.Version).ThenByDescending(version => version.PublishedAt).ThenBy(version => version.Version, StringComparer.Ordinal)
            .ToList();
        return versions.Count == 0 ? null : new PluginRecord(versions[0].Slug, versions[0].PublishedBy, versions[0].TrustLevel, versions.Min(version => version.PublishedAt), versions)
        {
            ChosenChannels = Channels(list, versions),
        };
    }

    /// <summary>Channels that somebody pointed to a version there: what was rolled back there is not offered here either.</summary>
    private static Dictionary<string, string> Channels(JsonElement list, IReadOnlyList<VersionRecord> versions)
    {
        var chosen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var version in list.EnumerateArray().Take(MostVersions))
        {
            if (version.ValueKind != JsonValueKind.Object || !version.TryGetProperty("channels", out var names) || names.ValueKind != JsonValueKind.Array
                || Text(version, "version") is not { } number || !versions.Any(known => known.Version == number))
            {
                continue;
            }

            foreach (var name in names.EnumerateArray().Select(name => name.ValueKind == JsonValueKind.String ? name.GetString() : null).Where(ReleaseChannels.IsName))
                chosen.TryAdd(name!, number);
        }

        return chosen;
    }

    private static VersionRecord? Version(JsonElement version)
    {
        if (version.ValueKind != JsonValueKind.Object || !version.TryGetProperty("manifest", out var manifest)
            || ManifestReader.Read(Encoding.UTF8.GetBytes(manifest.GetRawText())).Manifest is not { } read)
        {
            return null;
        }

        if (Text(version, "slug") is not { } slug || Text(version, "version") is not { } number || slug != read.Name || number != read.Version.ToString()
            || Text(version, "digest") is not { Length: 64 } digest || !digest.All(char.IsAsciiHexDigitLower))
        {
            return null;
        }

        // Internal is what this house trusts most; another house's word is worth verified at most.
        var trust = Text(version, "trust_level") switch
        {
            TrustLevels.Internal or TrustLevels.Verified => TrustLevels.Verified,
            { } level when TrustLevels.All.Contains(level) => level,
            _ => TrustLevels.Untrusted,
        };
        return new VersionRecord(
            slug, number, digest, Number(version, "size"), Number(version, "unpacked_size"), (int)Math.Clamp(Number(version, "file_count"), 0, int.MaxValue), read, trust,
            Text(version, "published_by") ?? "", Time(version, "published_at") ?? DateTimeOffset.UnixEpoch, Time(version, "yanked_at"), Text(version, "yank_reason"))
        {
            Deprecation = version.TryGetProperty("deprecation", out var deprecation) ? Deprecated(deprecation) : null,
        };
    }

    // A successor is a name to look up like any other: here when it is published here, else upstream.
    private static Deprecation? Deprecated(JsonElement deprecation) => deprecation.ValueKind == JsonValueKind.Object && Text(deprecation, "message") is { Length: > 0 } message
        ? new Deprecation(message.Length <= Deprecation.MaxMessage ? message : message[..Deprecation.MaxMessage], Text(deprecation, "successor"), Text(deprecation, "successor_version"), Time(deprecation, "at") ?? DateTimeOffset.UnixEpoch)
        : null;

    private static string? Text(JsonElement value, string name) =>
        value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static long Number(JsonElement value, string name) =>
        value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out var number) ? number : 0;

    private static DateTimeOffset? Time(JsonElement value, string name) =>
        value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String && member.TryGetDateTimeOffset(out var time) ? time : null;
}
