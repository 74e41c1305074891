using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Berth.Registry.Catalog;

namespace Berth.Registry.Search;

/// <summary>
/// Where the next page begins: after the place of the last plugin shown. Opaque to callers, and good only for the query it was
/// made for. A plugin that comes or goes meanwhile shifts nothing.
/// </summary>
internal sealed record SearchCursor(string Query, int Day, long First, long Second, string Text, string Slug)
{
    private const int MaxLength = 2_048;

    /// <summary>The cursor that was handed back, or <see langword="null"/> for the beginning.</summary>
    /// <exception cref="InvalidCursorException">It was not made by <see cref="ToString"/> for this query.</exception>
    public static SearchCursor? Read(CatalogQuery query)
    {
        if (query.Cursor is null)
            return null;

        return Parse(query.Cursor) is { Text: not null, Slug: not null, Day: >= 0 and < 10_000_000 } cursor && cursor.Query == Fingerprint(query)
            ? cursor
            : throw new InvalidCursorException();
    }

    /// <summary>The cursor after a place.</summary>
    public static SearchCursor After(CatalogQuery query, RankKey key, int day) =>
        new(Fingerprint(query), day, key.First, key.Second, key.Text, key.Slug);

    /// <summary>The place.</summary>
    public RankKey Key => new(First, Second, Text, Slug);

    /// <summary>The text that callers hand back.</summary>
    public override string ToString() =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new Wire(Query, Day, First, Second, Text, Slug)));

    private static SearchCursor? Parse(string text)
    {
        if (text.Length > MaxLength)
            return null;

        try
        {
            return JsonSerializer.Deserialize<Wire>(Base64Url.DecodeFromChars(text)) is { } wire
                ? new SearchCursor(wire.Q, wire.D, wire.A, wire.B, wire.T, wire.S)
                : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return null;
        }
    }

    private static string Fingerprint(CatalogQuery query)
    {
        var text = $"{SearchWords.Fold(query.Text)}\n{query.Category}\n{query.TrustLevel}\n{query.Type}\n{query.Keyword}\n{query.IsVerified}\n{query.Sort}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 6));
    }

    private sealed record Wire(string Q, int D, long A, long B, string T, string S);
}
