using Berth.Host.Caches;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Throwing away what the host's caches hold, for administrators.</summary>
internal static class CachesApi
{
    public static void MapCaches(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in InstallationsApi.Prefixes)
        {
            routes.MapPost(prefix + "/system/caches/invalidate", Invalidate).WithTags("System").WithBerthPolicies().NeedAdministrator()
                .WithSummary("Throw away entries of the host's caches, by cache, plugin or pattern; dry_run=true only counts them");
        }
    }

    private static IResult Invalidate(HttpRequest request, IHostCaches caches)
    {
        var selection = new CacheSelection(
            QueryValues.Text(request, "cache", maxLength: 32), QueryValues.Text(request, "plugin", maxLength: 64), QueryValues.Text(request, "pattern"));
        var isDryRun = QueryValues.Flag(request, "dry_run");
        var gone = caches.Invalidate(selection, isDryRun)
            ?? throw new ApiProblemException(
                StatusCodes.Status404NotFound, "cache.unknown",
                $"There is no cache '{selection.Cache}'. Caches are {string.Join(", ", caches.Figures.Select(cache => cache.Name))}; without a name all are meant.");
        return Results.Json(new { dry_run = isDryRun, entries = gone.Values.Sum(), caches = gone }, BerthJson.Options);
    }
}
