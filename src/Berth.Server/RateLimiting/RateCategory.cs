namespace Berth.Server.RateLimiting;

/// <summary>The kinds of requests that are counted against a limit of their own.</summary>
public enum RateCategory
{
    /// <summary>Never limited: health, metrics for the collector, files of installed plugins, plugins' own endpoints.</summary>
    None,

    /// <summary>Packages and signatures coming in.</summary>
    Upload,

    /// <summary>Packages going out.</summary>
    Download,

    /// <summary>Everything else that a user does.</summary>
    Api,

    /// <summary>Search and lists of the catalogue.</summary>
    Search,

    /// <summary>What only administrators and reviewers may do.</summary>
    Admin,
}

/// <summary>Endpoint metadata: the category the route counts in.</summary>
/// <param name="Category">The category.</param>
public sealed record RateLimited(RateCategory Category);

/// <summary>Puts routes into their category.</summary>
internal static class RateCategoryExtensions
{
    /// <summary>Counts requests to the endpoint, or to all endpoints of the group, in this category; the one named last wins.</summary>
    public static TBuilder InCategory<TBuilder>(this TBuilder endpoint, RateCategory category)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new RateLimited(category));

    /// <summary>The category of an endpoint: the one it names, or what its callers are.</summary>
    public static RateCategory CategoryOf(IList<object> metadata, bool needsAdministrator) =>
        metadata.OfType<RateLimited>().LastOrDefault()?.Category ?? (needsAdministrator ? RateCategory.Admin : RateCategory.Api);
}
