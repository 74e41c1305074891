using Berth.Registry.Trust;

namespace Berth.Registry.Search;

/// <summary>A plugin in the index: what it is found, filtered and ordered by. Immutable, its <see cref="Standing"/> aside.</summary>
internal sealed class Listing
{
    private Standing _standing = Standing.Unknown;

    public required long Id { get; init; }

    public required string Slug { get; init; }

    public required string SlugFolded { get; init; }

    public required string NameFolded { get; init; }

    public required string SlugCompact { get; init; }

    public required string NameCompact { get; init; }

    public required string SlugSkeleton { get; init; }

    public required string NameSkeleton { get; init; }

    /// <summary>The name is written with letters that only look like those it is read as.</summary>
    public required bool IsDisguised { get; init; }

    public required long NameSince { get; init; }

    public required FacetText? Category { get; init; }

    public required FacetText Type { get; init; }

    public required FacetText TrustLevel { get; init; }

    public required FacetText[] Keywords { get; init; }

    /// <summary>Whether a version of it is not yanked.</summary>
    public required bool IsOffered { get; init; }

    public required bool IsDeprecated { get; init; }

    public required bool IsVerified { get; init; }

    public required long PublishedAt { get; init; }

    public required long UpdatedAt { get; init; }

    public required long RelistedAt { get; init; }

    /// <summary>Words of slug and name, of keywords, category and author, of the description: numbers of the vocabulary.</summary>
    public required int[] TitleWords { get; init; }

    public required int[] OtherWords { get; init; }

    public required int[] BodyWords { get; init; }

    /// <summary>0 is most trusted.</summary>
    public int TrustRank => Array.IndexOf(Levels, TrustLevel.Text) is >= 0 and var rank ? rank : Levels.Length;

    public bool IsQuarantined => TrustLevel.Text == TrustLevels.Quarantined;

    /// <summary>Downloads, and how much they and trust lift a match.</summary>
    public Standing Standing
    {
        get => Volatile.Read(ref _standing);
        set => Volatile.Write(ref _standing, value);
    }

    /// <summary>Percent by which a match is lifted on a day: see docs/search.md.</summary>
    public int WeightOn(int day) => Standing.WeightOn(day, TrustLevel.Text, IsDeprecated);

    private static readonly string[] Levels = [.. TrustLevels.All];
}

/// <summary>Downloads of a plugin at some moment; replaced as a whole.</summary>
/// <param name="Downloads">All of them.</param>
/// <param name="Heat">Recent ones, see <see cref="Search.Heat"/>.</param>
/// <param name="ChangedAt">The revision of the row it was read from.</param>
internal sealed record Standing(long Downloads, long Heat, long ChangedAt)
{
    public static readonly Standing Unknown = new(0, Search.Heat.None, 0);

    // Day and weight in one word: whoever works it out last writes the same.
    private long _known = -1;

    /// <summary>
    /// 100 for a plugin of which nothing is known. Trust doubles at most; recent downloads add 20 for each power of ten, so
    /// that a million of them do not bury a better match. Deprecated plugins count half.
    /// </summary>
    public int WeightOn(int day, string trustLevel, bool isDeprecated)
    {
        var known = Volatile.Read(ref _known);
        if (known >> 32 == day)
            return (int)known;

        var trust = trustLevel switch
        {
            TrustLevels.Internal or TrustLevels.Verified => 100,
            TrustLevels.Community => 50,
            _ => 0,
        };
        var weight = 100 + trust + (int)(20 * Math.Log10(1 + Math.Min(Search.Heat.On(Heat, day), 1e12)));
        weight = isDeprecated ? weight / 2 : weight;
        Volatile.Write(ref _known, ((long)day << 32) | (uint)weight);
        return weight;
    }
}
