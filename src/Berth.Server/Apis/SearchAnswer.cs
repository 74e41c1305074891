using System.Text.Json;
using Berth.Registry.Catalog;

namespace Berth.Server.Apis;

/// <summary>Writes what a search found. Summaries are JSON already, so they are copied, not written anew for each search.</summary>
internal static class SearchAnswer
{
    // The summaries are the registry's own JSON: no need to look at each byte again.
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true, Encoder = BerthJson.Options.Encoder };

    public static async Task WriteAsync(HttpContext context, CatalogHits hits)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        var body = context.Response.BodyWriter;
        using (var json = new Utf8JsonWriter(body, Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("plugins");
            foreach (var hit in hits.Hits)
            {
                if (!hit.Summary.IsEmpty)
                    Write(json, hit);
            }

            json.WriteEndArray();
            json.WriteNumber("total_count", hits.TotalCount);
            json.WriteString("next_cursor", hits.NextCursor);
            json.WriteStartObject("facets");
            Write(json, "category", hits.Facets.Category);
            Write(json, "trust", hits.Facets.Trust);
            Write(json, "type", hits.Facets.Type);
            Write(json, "keywords", hits.Facets.Keywords);
            json.WriteNumber("verified_publisher", hits.Facets.VerifiedPublisher);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        await body.FlushAsync(context.RequestAborted);
    }

    private static void Write(Utf8JsonWriter json, CatalogHit hit)
    {
        json.WriteStartObject();
        json.WriteString("trust_level", hit.TrustLevel);
        json.WriteNumber("downloads", hit.Downloads);
        json.WriteBoolean("deprecated", hit.IsDeprecated);
        json.WriteBoolean("verified_publisher", hit.IsVerified);
        json.WriteString("published_at", hit.PublishedAt);
        json.WriteString("updated_at", hit.UpdatedAt);
        // The members of the summary, without its braces, follow as one more "value": a comma before it is all it takes.
        json.WriteRawValue(hit.Summary.Span[1..^1], skipInputValidation: true);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<FacetValue> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStartObject();
            json.WriteString("value", value.Value);
            json.WriteNumber("count", value.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
