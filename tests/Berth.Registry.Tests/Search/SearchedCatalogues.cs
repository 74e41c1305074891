using Berth.Registry.Catalog;
using Berth.Registry.Trust;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Registry.Tests.Search;

/// <summary>Random catalogues and what is asked of them: few words, so that names meet, begin alike, look alike and differ by a letter.</summary>
internal static class SearchedCatalogues
{
    // Other scripts, letters and digits that pass for others, words that begin with a digit, operators of query languages.
    private static readonly string[] Words =
        ["net", "network", "netwоrk", "networks", "review", "revlew", "note", "notes", "n0tes", "chart", "charts", "übung", "ubung", "漢字", "заметки", "9lives", "2", "a", "and", "not", "near", "ſtraße", "İstanbul", "plus", "ＷＩＤＥ"];

    private static readonly string[] Slugs =
        ["Net", "Network", "Net-Work", "Networks", "NetworkReview", "Network-Review", "NetworkRevlew", "Notes", "N0tes", "Note", "NotesPlus", "Notes-Plus", "Charts", "Chart-Kit", "ChartKit", "Zone9", "Zzz", "Revi-ew", "Kit", "Abc"];

    private static readonly string[] Categories = ["text", "charts", "ünï", "a,b", "'"];
    private static readonly string[] Keywords = ["Net", "notes", "a,", ",b", ",", "\"", "漢字", "two words", "\\", "<&>"];

    public static Gen<SearchedPlugin[]> Changes { get; } = Gen.Choose(0, 25).SelectMany(count => Gen.ArrayOf(Plugin, count));

    public static Gen<CatalogQuery[]> Queries { get; } = Gen.ArrayOf(Query, 30);

    private static Gen<SearchedPlugin> Plugin =>
        from slug in Gen.Elements(Slugs)
        from name in Gen.OneOf(Text(1, 3), Gen.Elements(Slugs))
        from description in Gen.OneOf(Gen.Constant<string?>(null), Text(1, 8).Select(text => (string?)text))
        from category in Gen.OneOf(Gen.Constant<string?>(null), Gen.Elements(Categories).Select(text => (string?)text))
        from keywords in Gen.SubListOf(Keywords)
        from trust in Gen.Elements(TrustLevels.All.ToArray())
        from state in Gen.Frequency((9, Gen.Constant("visible")), (1, Gen.Constant("held")))
        from flags in Gen.ArrayOf(Gen.Choose(0, 4), 3)
        from downloads in Gen.Elements(0, 0, 1, 5, 5_000)
        from at in Gen.Choose(1, 5)
        select new SearchedPlugin(slug, name, description, category, [.. keywords.Take(4)], trust, state, flags[0] == 0, flags[1] == 0, flags[2] == 0, downloads, at);

    private static Gen<CatalogQuery> Query =>
        from text in Gen.Frequency((2, Gen.Constant("")), (3, Text(1, 3)), (2, Gen.Elements(Slugs)), (3, Mistyped), (1, Gen.Elements("***", "\"net\"", "net* AND", "'|&!", "net\0work", "\ud800")))
        from category in Seldom(Categories)
        from trust in Seldom(TrustLevels.All.ToArray())
        from type in Seldom(["frontend", "backend"])
        from keyword in Seldom(Keywords)
        from verified in Gen.Frequency((8, Gen.Constant((bool?)null)), (1, Gen.Constant((bool?)true)), (1, Gen.Constant((bool?)false)))
        from sort in Gen.Frequency((3, Gen.Constant(CatalogSort.Relevance)), (2, Gen.Elements(Enum.GetValues<CatalogSort>())))
        from limit in Gen.Elements(1, 2, 3, 7, 100)
        select new CatalogQuery(text, category, trust, limit) { Type = type, Keyword = keyword, IsVerified = verified, Sort = sort };

    private static Gen<string?> Seldom(string[] values) => Gen.Frequency((8, Gen.Constant<string?>(null)), (1, Gen.Elements(values).Select(value => (string?)value)));

    private static Gen<string> Text(int least, int most) =>
        from count in Gen.Choose(least, most)
        from words in Gen.ArrayOf(Gen.Elements(Words), count)
        from between in Gen.Elements(" ", " ", "-", ".")
        select string.Join(between, words);

    // A letter left out, doubled or swapped with the next; or the beginning of a word.
    private static Gen<string> Mistyped =>
        from text in Gen.OneOf(Text(1, 2), Gen.Elements(Slugs))
        from place in Gen.Choose(0, text.Length - 1)
        from kind in Gen.Choose(0, 3)
        select kind switch
        {
            0 => text.Remove(place, 1),
            1 => text.Insert(place, text[place].ToString()),
            2 when place + 1 < text.Length => text[..place] + text[place + 1] + text[place] + text[(place + 2)..],
            _ => text[..(place + 1)],
        };
}
