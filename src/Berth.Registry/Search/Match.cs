namespace Berth.Registry.Search;

/// <summary>How a plugin was found: the tiers, best first. Nothing lifts a plugin out of its tier.</summary>
internal enum Tier
{
    /// <summary>Its slug is the query.</summary>
    Slug,

    /// <summary>Its display name is the query.</summary>
    Name,

    /// <summary>Slug or name differ from the query in separators, or in letters that look the same.</summary>
    LooksTheSame,

    /// <summary>Slug or name begin with the query.</summary>
    Beginning,

    /// <summary>Every word of the query is in its texts.</summary>
    Words,

    /// <summary>Slug or name resemble the query: typing errors.</summary>
    Similar,
}

/// <summary>A plugin that was found.</summary>
/// <param name="IsFromBase">Whether it is of the large segment.</param>
/// <param name="Index">Its index there.</param>
/// <param name="Tier">How.</param>
/// <param name="Score">How well, within the tier; before trust and downloads.</param>
internal readonly record struct Match(bool IsFromBase, int Index, Tier Tier, int Score);
