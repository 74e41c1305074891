namespace Berth.Server.RateLimiting;

/// <summary>The rule of each category.</summary>
public sealed record RateLimitSettings
{
    /// <summary>Packages coming in.</summary>
    public RateRule Upload { get; init; } = new(5, 60);

    /// <summary>Packages going out.</summary>
    public RateRule Download { get; init; } = new(50, 60);

    /// <summary>Everything else.</summary>
    public RateRule Api { get; init; } = new(100, 60);

    /// <summary>Search and lists of the catalogue.</summary>
    public RateRule Search { get; init; } = new(30, 60);

    /// <summary>What only administrators may do.</summary>
    public RateRule Admin { get; init; } = new(10, 300);

    /// <summary>The categories that are counted.</summary>
    public static IReadOnlyList<RateCategory> Categories { get; } =
        [RateCategory.Upload, RateCategory.Download, RateCategory.Api, RateCategory.Search, RateCategory.Admin];

    /// <summary>The rule of a category that is counted.</summary>
    public RateRule Of(RateCategory category) => category switch
    {
        RateCategory.Upload => Upload,
        RateCategory.Download => Download,
        RateCategory.Api => Api,
        RateCategory.Search => Search,
        RateCategory.Admin => Admin,
        _ => throw new ArgumentOutOfRangeException(nameof(category), category, "This category has no rule."),
    };

    /// <summary>A category's name in addresses, headers and settings.</summary>
    public static string NameOf(RateCategory category) => category.ToString().ToLowerInvariant();

    /// <summary>The category of a name; <see langword="null"/> when none has it.</summary>
    public static RateCategory? Find(string name)
    {
        foreach (var category in Categories)
        {
            if (NameOf(category) == name)
                return category;
        }

        return null;
    }
}
