using Berth.Registry.Catalog;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;

namespace Berth.Server.Apis;

/// <summary>Finds published plugins.</summary>
internal static class SearchApi
{
    private static readonly Dictionary<string, CatalogSort> Sorts = Enum.GetValues<CatalogSort>().ToDictionary(sort => sort.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    public static void MapSearch(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1").WithTags("Registry").WithBerthPolicies().InCategory(RateCategory.Search);
        group.MapGet("/plugins", SearchAsync).WithSummary("Published plugins, best match first, with facets");
        group.MapGet("/plugins/search", SearchAsync).WithSummary("Published plugins, best match first, with facets");
    }

    private static async Task SearchAsync(HttpContext context, ICatalogSearch search)
    {
        var hits = await search.FindAsync(Query(context.Request), context.RequestAborted);
        QueryValues.LinkNext(context, hits.NextCursor);
        await SearchAnswer.WriteAsync(context, hits);
    }

    private static CatalogQuery Query(HttpRequest request) => new(
        QueryValues.Text(request, "q") ?? "", QueryValues.Text(request, "category"), QueryValues.Text(request, "trust"),
        QueryValues.Limit(request), QueryValues.Text(request, "cursor", maxLength: 2048))
    {
        Type = QueryValues.Text(request, "type"),
        Keyword = QueryValues.Text(request, "keyword"),
        IsVerified = request.Query.ContainsKey("verified") ? QueryValues.Flag(request, "verified") : null,
        Sort = QueryValues.Text(request, "sort") is not { } sort ? CatalogSort.Relevance
            : Sorts.TryGetValue(sort, out var known) ? known
            : throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", $"'sort' is one of {string.Join(", ", Sorts.Keys)}."),
    };
}
