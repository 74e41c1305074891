using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Berth.Registry.Catalog;

namespace Berth.Registry.Search;

/// <summary>Where the next page begins. Opaque to callers, and good only for the query it was made for.</summary>
/// <param name="Query">A fingerprint of the query.</param>
/// <param name="Offset">Ranked results: how many were shown.</param>
/// <param name="After">Listings: the last slug shown, folded.</param>
internal sealed record SearchCursor(string Query, long Offset, string After)
{
    private const long MaxOffset = 100_000;
    private const int MaxLength = 1_024;

    /// <summary>The cursor of a query, the beginning when it has none.</summary>
    /// <exception cref="InvalidCursorException">It was not made by <see cref="ToString"/> for this query.</exception>
    public static SearchCursor Read(CatalogQuery query)
    {
        var fingerprint = Fingerprint(query);
        if (query.Cursor is null)
            return new SearchCursor(fingerprint, 0, "");

        return Parse(query.Cursor) is { Offset: >= 0 and <= MaxOffset, After: not null } cursor && cursor.Query == fingerprint
            ? cursor with { After = SearchWords.Fold(cursor.After) }
            : throw new InvalidCursorException();
    }

    /// <summary>The text that callers hand back.</summary>
    public override string ToString() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this));

    private static SearchCursor? Parse(string text)
    {
        if (text.Length > MaxLength)
            return null;

        try
        {
            return JsonSerializer.Deserialize<SearchCursor>(Base64Url.DecodeFromChars(text));
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return null;
        }
    }

    private static string Fingerprint(CatalogQuery query)
    {
        var text = $"{SearchWords.Fold(query.Text)}\n{query.Category}\n{query.TrustLevel}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 6));
    }
}
