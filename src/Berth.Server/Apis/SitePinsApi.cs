using Berth.Lifecycle.Operations.Planning;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>What administrators allow of each plugin on this site.</summary>
internal static class SitePinsApi
{
    private const int MaxReason = 500;

    public static void MapSitePins(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in InstallationsApi.Prefixes)
        {
            var group = routes.MapGroup(prefix + "/system/pins").WithTags("System").WithBerthPolicies().NeedAdministrator();
            group.MapGet("/", ListAsync).WithSummary("The site's pins");
            group.MapGet("/{slug}", FindAsync).WithSummary("The site's pin of one plugin");
            group.MapPut("/{slug}", SetAsync).WithSummary("Pin a plugin for the whole site");
            group.MapDelete("/{slug}", RemoveAsync).WithSummary("Lift the site's pin of a plugin");
        }
    }

    private static async Task<IResult> ListAsync(HttpContext context, ISitePins pins) => Results.Json(
        new { pins = (await pins.AllAsync(context.RequestAborted)).Values.OrderBy(pin => pin.Slug, StringComparer.OrdinalIgnoreCase).Select(Shown) }, BerthJson.Options);

    private static async Task<IResult> FindAsync(HttpContext context, ISitePins pins) =>
        (await pins.AllAsync(context.RequestAborted)).TryGetValue(RouteValues.Slug(context), out var pin)
            ? Results.Json(Shown(pin), BerthJson.Options)
            : throw NotPinned(context);

    private static async Task<IResult> SetAsync(HttpContext context, ISitePins pins)
    {
        var body = await RequestBody.ReadAsync<PinBody>(context);
        if (body.Reason is { Length: > MaxReason })
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.invalid", $"'reason' is longer than {MaxReason} characters.");
        var set = await pins.SetAsync(
            context.Caller().ForOperations(context), RouteValues.Slug(context), body.Pin ?? "", body.Reason, context.RequestAborted);
        return set is null
            ? throw new ApiProblemException(StatusCodes.Status422UnprocessableEntity, "version.invalid", "'pin' is a version or a range of versions, for example ^1.2 or >=1.4.1.")
            : Results.Json(Shown(set), BerthJson.Options);
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, ISitePins pins) =>
        await pins.RemoveAsync(context.Caller().ForOperations(context), RouteValues.Slug(context), context.RequestAborted)
            ? Results.NoContent()
            : throw NotPinned(context);

    private static ApiProblemException NotPinned(HttpContext context) =>
        new(StatusCodes.Status404NotFound, "pin.unknown", $"The site has no pin of '{RouteValues.Slug(context)}'.");

    private static object Shown(SitePin pin) => new { plugin_slug = pin.Slug, pin.Pin, pin.Reason, pin.SetBy, pin.SetAt };

    private sealed record PinBody(string? Pin, string? Reason);
}
