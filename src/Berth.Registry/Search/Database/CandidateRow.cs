using System.Text.Json;

namespace Berth.Registry.Search.Database;

/// <summary>What a search needs of a match: narrow, because there may be many.</summary>
internal sealed record CandidateRow(
    long Id, string Slug, string SlugFolded, bool Offered, bool Deprecated, bool Verified, string NameFolded, long NameSince, string? Category,
    string Type, string TrustLevel, string Keywords, string TitleWords, string OtherWords, long PublishedAt, long UpdatedAt,
    long Downloads, long Heat, long RelistedAt, long ChangedAt, string SlugCompact, string NameCompact, string SlugSkeleton, string NameSkeleton,
    bool IsWholeInBody)
{
    /// <summary>The columns, but for the last.</summary>
    public const string Columns =
        """
        l.id, l.slug, l.slug_folded, l.offered, l.deprecated, l.verified, l.name_folded, l.name_since, l.category,
        l.type, l.trust_level, l.keywords, l.title_words, l.other_words, l.published_at, l.updated_at,
        l.downloads, l.heat, l.relisted_at, l.changed_at, COALESCE(l.slug_compact, '') AS slug_compact,
        COALESCE(l.name_compact, '') AS name_compact, COALESCE(l.slug_skeleton, '') AS slug_skeleton, COALESCE(l.name_skeleton, '') AS name_skeleton
        """;

    /// <summary>As a listing of the index, its words aside: they were looked for by the database.</summary>
    /// <param name="vocabulary">Of this search alone.</param>
    public Listing ToListing(Vocabulary vocabulary) => new()
    {
        Id = Id,
        Slug = Slug,
        SlugFolded = SlugFolded,
        NameFolded = NameFolded,
        SlugCompact = SlugCompact,
        NameCompact = NameCompact,
        SlugSkeleton = SlugSkeleton,
        NameSkeleton = NameSkeleton,
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
        TitleWords = [],
        OtherWords = [],
        BodyWords = [],
        Standing = new Standing(Downloads, Heat, ChangedAt),
    };
}
