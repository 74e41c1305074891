using System.Buffers;
using System.Text;
using System.Text.Json;
using Berth.Packaging.Manifest;
using Berth.Registry.Versions;

namespace Berth.Registry.Search;

/// <summary>What a search shows of a plugin: a JSON object, written once when the plugin changes. Trust and downloads, which change without it, are added when it is shown.</summary>
internal static class ListingSummary
{
    private static readonly JsonWriterOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(string slug, PluginManifest manifest, string version, string digest, long size, bool isYanked, Deprecation? deprecation)
    {
        var buffer = new ArrayBufferWriter<byte>(2_048);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("slug", slug);
            json.WriteString("display_name", manifest.DisplayName);
            json.WriteString("description", manifest.Description);
            json.WriteString("latest_version", version);
            json.WriteString("version", version);
            json.WriteString("category", manifest.Category);
            json.WriteString("type", manifest.Type.ToString().ToLowerInvariant());
            json.WriteString("author", manifest.Author);
            json.WriteString("icon", manifest.Icon);
            json.WriteStartArray("keywords");
            foreach (var keyword in manifest.Keywords)
                json.WriteStringValue(keyword);
            json.WriteEndArray();
            json.WriteString("digest", digest);
            json.WriteNumber("size", size);
            json.WriteBoolean("yanked", isYanked);
            if (deprecation is not null)
            {
                json.WriteStartObject("deprecation");
                json.WriteString("message", deprecation.Message);
                json.WriteString("successor", deprecation.SuccessorSlug);
                json.WriteString("successor_version", deprecation.SuccessorVersion);
                json.WriteEndObject();
            }

            json.WritePropertyName("manifest");
            manifest.Json.WriteTo(json);
            json.WriteEndObject();
        }

        // A manifest may hold an escaped NUL, which PostgreSQL takes in a text only as the escape that it is.
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
