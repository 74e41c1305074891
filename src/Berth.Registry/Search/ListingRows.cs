using System.Text.Json;
using Berth.Data.Sessions;

namespace Berth.Registry.Search;

/// <summary>Reads the rows that the index is made of.</summary>
internal static class ListingRows
{
    private const string Columns =
        """
        id, slug, slug_folded, offered, deprecated, verified, name_folded, name_since, category, type, trust_level, keywords,
        title_words, other_words, body_words, published_at, updated_at, downloads, heat, relisted_at, changed_at, listed
        """;

    /// <summary>The rows after an id, in the order of ids, at most <paramref name="count"/>.</summary>
    public static Task<IReadOnlyList<ListingRow>> AfterAsync(DbSession session, long id, int count) =>
        session.QueryAsync<ListingRow>($"SELECT {Columns} FROM package_listing WHERE id > @id ORDER BY id LIMIT @count", new { id, count = (long)count });

    /// <summary>The rows of some slugs.</summary>
    public static Task<IReadOnlyList<ListingRow>> OfAsync(DbSession session, IReadOnlyCollection<string> foldedSlugs) =>
        session.QueryAsync<ListingRow>($"SELECT {Columns} FROM package_listing WHERE slug_folded IN @foldedSlugs", new { foldedSlugs });

    /// <summary>Which rows have changed since, and how many there are.</summary>
    public static async Task<(IReadOnlyList<ChangedRow> Changed, long Count)> ChangedAsync(DbSession session, long since) => (
        await session.QueryAsync<ChangedRow>("SELECT id, slug_folded, changed_at FROM package_listing WHERE changed_at >= @since", new { since }),
        await session.ScalarAsync<long>("SELECT COUNT(*) FROM package_listing"));

    /// <summary>Summaries by id.</summary>
    public static Task<IReadOnlyList<SummaryRow>> SummariesAsync(DbSession session, IReadOnlyCollection<long> ids) =>
        session.QueryAsync<SummaryRow>("SELECT id, relisted_at, summary FROM package_listing WHERE id IN @ids", new { ids });
}

/// <summary>A row as the index needs it.</summary>
internal sealed record ListingRow(
    long Id, string Slug, string SlugFolded, bool Offered, bool Deprecated, bool Verified, string NameFolded, long NameSince, string? Category,
    string Type, string TrustLevel, string Keywords, string TitleWords, string OtherWords, string BodyWords, long PublishedAt, long UpdatedAt,
    long Downloads, long Heat, long RelistedAt, long ChangedAt, bool Listed)
{
    public Standing ToStanding() => new(Downloads, Heat, ChangedAt);

    public Listing ToListing(Vocabulary vocabulary)
    {
        var forms = NameForms.Of(SlugFolded, NameFolded);
        return new()
        {
            Id = Id,
            Slug = Slug,
            SlugFolded = SlugFolded,
            NameFolded = Same(SlugFolded, NameFolded),
            SlugCompact = Same(SlugFolded, forms.SlugCompact),
            NameCompact = Same(SlugFolded, forms.NameCompact),
            SlugSkeleton = Same(SlugFolded, forms.SlugSkeleton),
            NameSkeleton = Same(SlugFolded, forms.NameSkeleton),
            IsDisguised = LookAlikes.IsDisguised(NameFolded),
            NameSince = NameSince,
            Category = Category is null ? null : vocabulary.Facet(Category),
            Type = vocabulary.Facet(Type),
            TrustLevel = vocabulary.Facet(TrustLevel),
            Keywords = Keywords == "[]" ? [] : [.. (JsonSerializer.Deserialize<string[]>(Keywords) ?? []).Select(vocabulary.Facet)],
            IsOffered = Offered,
            IsDeprecated = Deprecated,
            IsVerified = Verified,
            PublishedAt = PublishedAt,
            UpdatedAt = UpdatedAt,
            RelistedAt = RelistedAt,
            TitleWords = vocabulary.Number(TitleWords),
            OtherWords = vocabulary.Number(OtherWords),
            BodyWords = vocabulary.Number(BodyWords),
            Standing = ToStanding(),
        };
    }

    // The forms of a name are mostly one text; categories and keywords are a few of many plugins.
    private static string Same(string known, string text) => text == known ? known : text;
}

/// <summary>A row that changed.</summary>
internal sealed record ChangedRow(long Id, string SlugFolded, long ChangedAt);

/// <summary>What a search shows of a plugin.</summary>
internal sealed record SummaryRow(long Id, long RelistedAt, string Summary);
