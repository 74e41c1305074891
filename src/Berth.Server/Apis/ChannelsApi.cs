using System.Globalization;
using Berth.Registry.Catalog;
using Berth.Registry.Versions;
using Berth.Server.Auth;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Channels of a plugin: what they give, who changed them, promote and roll back.</summary>
internal static class ChannelsApi
{
    private const int MaxReason = 1000;

    public static void MapChannels(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/plugins/{slug}").WithTags("Versions").WithBerthPolicies();
        group.MapGet("/channels", ListAsync).WithSummary("What each channel gives");
        group.MapGet("/channels/history", HistoryAsync).WithSummary("Who changed which channel, newest first");
        group.MapDelete("/channels/{channel}", ReleaseAsync).NeedScope(TokenScopes.Publish).WithSummary("Let a channel follow the version numbers again");
        group.MapPost("/versions/{version}/promote", PromoteAsync).NeedScope(TokenScopes.Publish).WithSummary("Point a channel to a newer version");
        group.MapPost("/versions/{version}/rollback", RollbackAsync).NeedScope(TokenScopes.Publish).WithSummary("Point a channel back to an older version");
    }

    private static async Task<IResult> ListAsync(HttpContext context, ICatalog catalog)
    {
        var slug = RouteValues.Slug(context);
        var plugin = await catalog.FindAsync(slug, context.RequestAborted) ?? throw VersionAnswers.UnknownPlugin(slug);
        return Results.Json(new
        {
            plugin.Slug,
            channels = VersionAnswers.Channels(plugin).Select(channel => new { name = channel.Key, version = channel.Value, chosen = plugin.ChosenChannels.GetValueOrDefault(channel.Key) }),
        }, BerthJson.Options);
    }

    private static async Task<IResult> HistoryAsync(HttpContext context, ICatalog catalog, IChannels channels)
    {
        var slug = RouteValues.Slug(context);
        var limit = QueryValues.Limit(context.Request);
        long? before = null;
        if (QueryValues.Text(context.Request, "cursor", maxLength: 20) is { } cursor)
        {
            before = long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) ? sequence
                : throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.cursor", "The cursor was not made by this server. Start again without one.");
        }

        var plugin = await catalog.FindAsync(slug, context.RequestAborted) ?? throw VersionAnswers.UnknownPlugin(slug);
        var changes = await channels.HistoryAsync(plugin.Slug, limit + 1, before, context.RequestAborted);
        var shown = changes.Take(limit).ToList();
        var next = changes.Count > limit ? shown[^1].Sequence.ToString(CultureInfo.InvariantCulture) : null;
        QueryValues.LinkNext(context, next);
        return Results.Json(new
        {
            plugin.Slug,
            changes = shown.Select(change => new { change.Channel, change.Kind, change.Version, change.Previous, change.Reason, change.ChangedBy, change.At }),
            next_cursor = next,
        }, BerthJson.Options);
    }

    private static async Task<IResult> PromoteAsync(HttpContext context, IChannels channels)
    {
        var request = await RequestAsync(context);
        return Shown(await channels.PromoteAsync(VersionAnswers.Actor(context), request, context.RequestAborted), request);
    }

    private static async Task<IResult> RollbackAsync(HttpContext context, IChannels channels)
    {
        var request = await RequestAsync(context);
        return Shown(await channels.RollbackAsync(VersionAnswers.Actor(context), request, context.RequestAborted), request);
    }

    private static async Task<IResult> ReleaseAsync(HttpContext context, string channel, IChannels channels)
    {
        var request = new ChannelRequest(
            RouteValues.Slug(context), "", channel, QueryValues.Text(context.Request, "reason", MaxReason), QueryValues.Flag(context.Request, "dry_run"));
        return Shown(await channels.ReleaseAsync(VersionAnswers.Actor(context), request, context.RequestAborted), request);
    }

    private static async Task<ChannelRequest> RequestAsync(HttpContext context)
    {
        var (slug, version) = (RouteValues.Slug(context), RouteValues.Version(context));
        var body = await RequestBody.ReadAsync<ChannelBody>(context);
        if (body.Reason is { Length: > MaxReason })
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "version.reason", $"'reason' is longer than {MaxReason} characters.");
        return new ChannelRequest(slug, version, body.Channel ?? ReleaseChannels.Stable, body.Reason, QueryValues.Flag(context.Request, "dry_run"));
    }

    private static IResult Shown(ChannelOutcome outcome, ChannelRequest request) => outcome switch
    {
        ChannelOutcome.Done done => Results.Json(new { done.Slug, done.Channel, done.Version, done.Previous, dry_run = request.IsDryRun }, BerthJson.Options),
        ChannelOutcome.UnknownPlugin => throw VersionAnswers.UnknownPlugin(request.Slug),
        ChannelOutcome.UnknownVersion none => throw new ApiProblemException(
            StatusCodes.Status404NotFound, "version.unknown", $"'{none.Slug}' has no version '{request.Version}' that is on offer; a yanked one is not."),
        ChannelOutcome.NotPermitted no => throw VersionAnswers.NotPermitted(no.Slug),
        ChannelOutcome.Refused { Reason: { Code: "channel.name" } reason } => throw new ApiProblemException(StatusCodes.Status400BadRequest, reason.Code, reason.Message),
        ChannelOutcome.Refused { Reason: { Code: "channel.unknown" } reason } => throw new ApiProblemException(StatusCodes.Status404NotFound, reason.Code, reason.Message),
        ChannelOutcome.Refused refused => throw new ApiProblemException(StatusCodes.Status409Conflict, refused.Reason.Code, refused.Reason.Message),
        _ => throw new InvalidOperationException($"Unknown outcome {outcome.GetType().Name}."),
    };

    private sealed record ChannelBody(string? Channel, string? Reason);
}
