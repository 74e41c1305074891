using Berth.Registry.Publishers;
using Berth.Server.Auth;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Invitations to publishers, for who invites and for who is invited.</summary>
internal static class InvitationsApi
{
    private const string NoInvitation = "There is no such open invitation.";

    public static void Map(IEndpointRouteBuilder routes, IEndpointRouteBuilder publishers)
    {
        publishers.MapGet("/{name}/invitations", OfPublisherAsync).NeedScope(TokenScopes.Publish).WithSummary("Open invitations of a publisher, for its admins");
        publishers.MapPost("/{name}/invitations", InviteAsync).NeedScope(TokenScopes.Publish).WithSummary("Invite a user to a publisher");
        var group = routes.MapGroup("/api/v1/publisher-invitations").WithTags("Publishers").WithBerthPolicies();
        group.MapGet("/", MineAsync).WithSummary("Open invitations to the caller");
        group.MapPost("/{id}/accept", AcceptAsync).NeedScope(TokenScopes.Publish).WithSummary("Accept an invitation");
        group.MapPost("/{id}/decline", DeclineAsync).NeedScope(TokenScopes.Publish).WithSummary("Decline an invitation");
        group.MapDelete("/{id}", WithdrawAsync).NeedScope(TokenScopes.Publish).WithSummary("Take an invitation back");
    }

    private static async Task<IResult> OfPublisherAsync(HttpContext context, IPublishers publishers, IInvitations invitations)
    {
        var publisher = await PublisherAnswers.FindAsync(context, publishers);
        var list = await invitations.OfPublisherAsync(VersionAnswers.Actor(context), publisher, context.RequestAborted)
            ?? throw new ApiProblemException(StatusCodes.Status403Forbidden, "publisher.role", $"This needs the role 'admin' in '{publisher.Name}'.");
        return Results.Json(new { publisher.Name, invitations = list }, BerthJson.Options);
    }

    private static async Task<IResult> InviteAsync(HttpContext context, IInvitations invitations)
    {
        var name = PublisherAnswers.Name(context);
        var body = await RequestBody.ReadAsync<InviteBody>(context);
        var user = PublisherAnswers.Text(body.User, "user", 256);
        var role = body.Role ?? PublisherRoles.Maintainer;
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        var outcome = await invitations.InviteAsync(VersionAnswers.Actor(context), name, user, role, isDryRun, context.RequestAborted);
        return PublisherAnswers.Shown(outcome, id => new { id, publisher = name, user, role, dry_run = isDryRun }, isDryRun ? 200 : StatusCodes.Status201Created);
    }

    private static async Task<IResult> MineAsync(HttpContext context, IInvitations invitations) =>
        Results.Json(new { invitations = await invitations.ToUserAsync(context.Caller().UserId, context.RequestAborted) }, BerthJson.Options);

    private static async Task<IResult> AcceptAsync(HttpContext context, IInvitations invitations) => await AnswerAsync(context, invitations, accepts: true);

    private static async Task<IResult> DeclineAsync(HttpContext context, IInvitations invitations) => await AnswerAsync(context, invitations, accepts: false);

    private static async Task<IResult> AnswerAsync(HttpContext context, IInvitations invitations, bool accepts)
    {
        var id = PublisherAnswers.Id(context, "id", "publisher.invitation_unknown", NoInvitation);
        return PublisherAnswers.Shown(await invitations.AnswerAsync(VersionAnswers.Actor(context), id, accepts, context.RequestAborted), _ => new { id, accepted = accepts });
    }

    private static async Task<IResult> WithdrawAsync(HttpContext context, IInvitations invitations)
    {
        var id = PublisherAnswers.Id(context, "id", "publisher.invitation_unknown", NoInvitation);
        return PublisherAnswers.Shown(await invitations.WithdrawAsync(VersionAnswers.Actor(context), id, context.RequestAborted), _ => new { id, withdrawn = true });
    }

    private sealed record InviteBody(string? User, string? Role);
}
