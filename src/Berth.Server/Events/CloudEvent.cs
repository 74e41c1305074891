using System.Globalization;
using System.Text.Json;
using Berth.Lifecycle.Events;

namespace Berth.Server.Events;

/// <summary>An event in the JSON format of CloudEvents 1.0.</summary>
internal static class CloudEvent
{
    public static string Json(PublishedEvent published, string? id = null)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = BerthJson.Options.Encoder }))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", id ?? published.Sequence.ToString(CultureInfo.InvariantCulture));
            json.WriteString("source", "urn:berth");
            json.WriteString("type", published.Type);
            json.WriteString("subject", published.Subject);
            json.WriteString("time", DateTimeOffset.FromUnixTimeMilliseconds(published.At).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("datacontenttype", "application/json");
            if (published.UserId is { } user)
                json.WriteString("userid", user);
            json.WritePropertyName("data");
            using var data = JsonDocument.Parse(published.DataJson);
            data.WriteTo(json);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
