using System.Globalization;
using System.Text.Json;
using Berth.Registry.Catalog;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;

namespace Berth.Server.Apis;

/// <summary>Downloads by version and day, and what is popular, new and updated.</summary>
internal static class StatisticsApi
{
    private const int MostDays = 366;
    private const int PresetDays = 30;
    private const int ListLength = 10;

    public static void MapStatistics(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("Registry").WithBerthPolicies();
        group.MapGet("/stats", AllAsync).InCategory(RateCategory.Search).WithSummary("The registry in figures: downloads by day; popular, new and updated plugins");
        group.MapGet("/plugins/{slug}/stats", OneAsync).WithSummary("A plugin's downloads by version and day");
    }

    private static async Task<IResult> AllAsync(HttpContext context, IDownloadStatistics statistics, ICatalogSearch search, TimeProvider time)
    {
        var (from, to) = Range(context.Request, time);
        var all = await statistics.OfAllAsync(from, to, context.RequestAborted);
        return Results.Json(new
        {
            from,
            to,
            all.Plugins,
            all.Versions,
            all.Publishers,
            all.Downloads,
            all.DownloadsInRange,
            all.Days,
            popular = await ListAsync(CatalogSort.Popular),
            recent = await ListAsync(CatalogSort.Recent),
            updated = await ListAsync(CatalogSort.Updated),
        }, BerthJson.Options);

        async Task<IEnumerable<object>> ListAsync(CatalogSort sort) =>
            (await search.FindAsync(new CatalogQuery(Limit: ListLength) { Sort = sort }, context.RequestAborted)).Hits.Where(hit => !hit.Summary.IsEmpty).Select(Shown);
    }

    private static async Task<IResult> OneAsync(HttpContext context, IDownloadStatistics statistics, TimeProvider time)
    {
        var slug = RouteValues.Slug(context);
        var (from, to) = Range(context.Request, time);
        var one = await statistics.OfAsync(slug, from, to, context.RequestAborted)
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "plugin.unknown", $"The registry has no plugin '{slug}'.");
        return Results.Json(new { one.Slug, from, to, one.Downloads, one.DownloadsInRange, one.Days, one.Versions }, BerthJson.Options);
    }

    private static object Shown(CatalogHit hit)
    {
        using var summary = JsonDocument.Parse(hit.Summary);
        return new
        {
            hit.Slug,
            display_name = summary.RootElement.GetProperty("display_name").GetString(),
            latest_version = summary.RootElement.GetProperty("latest_version").GetString(),
            hit.TrustLevel,
            hit.Downloads,
            hit.PublishedAt,
            hit.UpdatedAt,
        };
    }

    /// <summary>The days that are asked for, both included; the last thirty when nothing is said.</summary>
    private static (DateOnly From, DateOnly To) Range(HttpRequest request, TimeProvider time)
    {
        var to = Day(request, "to") ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var from = Day(request, "from") ?? (to.DayNumber < PresetDays ? DateOnly.MinValue : to.AddDays(1 - PresetDays));
        return from <= to && to.DayNumber - from.DayNumber < MostDays ? (from, to)
            : throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", $"'from' comes before 'to', with at most {MostDays} days between them.");
    }

    private static DateOnly? Day(HttpRequest request, string name) =>
        QueryValues.Text(request, name, maxLength: 32) is not { } text ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", $"'{name}' is a day such as 2026-01-31 (UTC).");
}
