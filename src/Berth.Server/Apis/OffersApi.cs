using Berth.Host.Offers;

namespace Berth.Server.Apis;

/// <summary>What this node offers to plugins of its machine, and whether it can be used, for administrators.</summary>
internal static class OffersApi
{
    public static void MapOffers(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in InstallationsApi.Prefixes)
        {
            routes.MapGet(prefix + "/system/offers", ListAsync).WithTags("System").WithBerthPolicies().NeedAdministrator()
                .WithSummary("The folders and programs of the machine that plugins may use, each with whether it is there and can be used as offered");
        }
    }

    private static async Task<IResult> ListAsync(HttpContext context, IOfferStates offers) => Results.Json(
        new
        {
            offers = (await offers.LookAsync(context.RequestAborted)).Select(OfferShapes.Of),
        },
        BerthJson.Options);
}
