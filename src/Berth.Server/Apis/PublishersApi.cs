using Berth.Registry.Publishers;
using Berth.Server.Auth;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Publishers: who they are, who belongs to them, which beginnings of slugs are theirs, and how they prove who they are.</summary>
internal static class PublishersApi
{
    private const int MaxDisplayName = 128;

    public static void MapPublishers(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/publishers").WithTags("Publishers").WithBerthPolicies();
        group.MapGet("/", ListAsync).WithSummary("Publishers by name");
        group.MapPost("/", CreateAsync).NeedScope(TokenScopes.Publish).WithSummary("Make an organisation; the caller becomes its owner");
        group.MapGet("/{name}", GetAsync).WithSummary("A publisher and its plugins");
        group.MapPatch("/{name}", RenameAsync).NeedScope(TokenScopes.Publish).WithSummary("Change the name that people read");
        group.MapDelete("/{name}", RemoveAsync).NeedScope(TokenScopes.Publish).WithSummary("Remove an organisation that owns nothing");
        group.MapGet("/{name}/members", MembersAsync).WithSummary("Who belongs to it, for its members");
        group.MapPut("/{name}/members/{user}", SetRoleAsync).NeedScope(TokenScopes.Publish).WithSummary("Change a member's role");
        group.MapDelete("/{name}/members/{user}", RemoveMemberAsync).NeedScope(TokenScopes.Publish).WithSummary("End a membership");
        group.MapPost("/{name}/prefixes", GrantAsync).NeedScope(TokenScopes.Publish).WithSummary("Keep slugs with a beginning for the publisher");
        group.MapDelete("/{name}/prefixes/{prefix}", RevokeAsync).NeedScope(TokenScopes.Publish).WithSummary("Give a beginning free");
        group.MapGet("/{name}/proofs", ProofsAsync).NeedScope(TokenScopes.Publish).WithSummary("Its proofs, for its admins");
        group.MapPost("/{name}/proofs", BeginProofAsync).NeedScope(TokenScopes.Publish).WithSummary("Begin a proof of a domain or a repository");
        group.MapPost("/{name}/proofs/{id}/check", CheckProofAsync).NeedScope(TokenScopes.Publish).WithSummary("Look for the proof's line now");
        group.MapDelete("/{name}/proofs/{id}", RemoveProofAsync).NeedScope(TokenScopes.Publish).WithSummary("Give a proof up");
        InvitationsApi.Map(routes, group);
        ReservedNamesApi.Map(routes);
    }

    private static async Task<IResult> ListAsync(HttpContext context, IPublishers publishers)
    {
        var limit = QueryValues.Limit(context.Request);
        var after = QueryValues.Text(context.Request, "cursor", maxLength: 64)?.Replace("\0", "", StringComparison.Ordinal);
        var page = await publishers.ListAsync(limit + 1, after, context.RequestAborted);
        var shown = page.Take(limit).ToList();
        var next = page.Count > limit ? shown[^1].Name : null;
        QueryValues.LinkNext(context, next);
        return Results.Json(new { publishers = shown.Select(PublisherAnswers.Shown), next_cursor = next }, BerthJson.Options);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, IPublishers publishers)
    {
        var body = await RequestBody.ReadAsync<PublisherBody>(context);
        var name = PublisherAnswers.Text(body.Name, "name", 64);
        var displayName = body.DisplayName is null ? name : PublisherAnswers.Text(body.DisplayName, "display_name", MaxDisplayName);
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        var outcome = await publishers.CreateAsync(VersionAnswers.Actor(context), name, displayName, isDryRun, context.RequestAborted);
        return PublisherAnswers.Shown(outcome, _ => new { name, display_name = displayName, kind = PublisherKinds.Organisation, dry_run = isDryRun }, isDryRun ? 200 : StatusCodes.Status201Created);
    }

    private static async Task<IResult> GetAsync(HttpContext context, IPublishers publishers)
    {
        var publisher = await PublisherAnswers.FindAsync(context, publishers);
        return Results.Json(new { publisher = PublisherAnswers.Shown(publisher), plugins = await publishers.SlugsAsync(publisher, context.RequestAborted) }, BerthJson.Options);
    }

    private static async Task<IResult> RenameAsync(HttpContext context, IPublishers publishers)
    {
        var name = PublisherAnswers.Name(context);
        var body = await RequestBody.ReadAsync<PublisherBody>(context);
        var displayName = PublisherAnswers.Text(body.DisplayName, "display_name", MaxDisplayName);
        var outcome = await publishers.RenameAsync(VersionAnswers.Actor(context), name, displayName, QueryValues.Flag(context.Request, "dry_run"), context.RequestAborted);
        return PublisherAnswers.Shown(outcome, _ => new { name, display_name = displayName });
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, IPublishers publishers)
    {
        var name = PublisherAnswers.Name(context);
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        return PublisherAnswers.Shown(
            await publishers.RemoveAsync(VersionAnswers.Actor(context), name, isDryRun, context.RequestAborted), _ => new { name, removed = !isDryRun, dry_run = isDryRun });
    }

    private static async Task<IResult> MembersAsync(HttpContext context, IPublishers publishers)
    {
        var publisher = await PublisherAnswers.FindAsync(context, publishers);
        var members = await publishers.MembersAsync(VersionAnswers.Actor(context), publisher, context.RequestAborted)
            ?? throw new ApiProblemException(StatusCodes.Status403Forbidden, "publisher.role", $"Only members of '{publisher.Name}' see who belongs to it.");
        return Results.Json(new { publisher.Name, members }, BerthJson.Options);
    }

    private static async Task<IResult> SetRoleAsync(HttpContext context, IPublishers publishers)
    {
        var (name, user) = (PublisherAnswers.Name(context), Member(context));
        var role = (await RequestBody.ReadAsync<RoleBody>(context)).Role ?? "";
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        return PublisherAnswers.Shown(
            await publishers.SetRoleAsync(VersionAnswers.Actor(context), name, user, role, isDryRun, context.RequestAborted), _ => new { name, user_id = user, role, dry_run = isDryRun });
    }

    private static async Task<IResult> RemoveMemberAsync(HttpContext context, IPublishers publishers)
    {
        var (name, user) = (PublisherAnswers.Name(context), Member(context));
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        return PublisherAnswers.Shown(
            await publishers.RemoveMemberAsync(VersionAnswers.Actor(context), name, user, isDryRun, context.RequestAborted), _ => new { name, user_id = user, removed = !isDryRun, dry_run = isDryRun });
    }

    private static async Task<IResult> GrantAsync(HttpContext context, IPublishers publishers)
    {
        var name = PublisherAnswers.Name(context);
        var prefix = PublisherAnswers.Text((await RequestBody.ReadAsync<PrefixBody>(context)).Prefix, "prefix", 64);
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        return PublisherAnswers.Shown(
            await publishers.GrantPrefixAsync(VersionAnswers.Actor(context), name, prefix, isDryRun, context.RequestAborted), _ => new { name, prefix = prefix.ToLowerInvariant(), dry_run = isDryRun });
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, IPublishers publishers)
    {
        var (name, prefix) = (PublisherAnswers.Name(context), context.GetRouteValue("prefix") as string ?? "");
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        return PublisherAnswers.Shown(
            await publishers.RevokePrefixAsync(VersionAnswers.Actor(context), name, prefix, isDryRun, context.RequestAborted), _ => new { name, prefix, dry_run = isDryRun });
    }

    private static async Task<IResult> ProofsAsync(HttpContext context, IPublishers publishers, IPublisherProofs proofs)
    {
        var publisher = await PublisherAnswers.FindAsync(context, publishers);
        var list = await proofs.ListAsync(VersionAnswers.Actor(context), publisher, context.RequestAborted)
            ?? throw new ApiProblemException(StatusCodes.Status403Forbidden, "publisher.role", $"This needs the role 'admin' in '{publisher.Name}'.");
        return Results.Json(new { publisher.Name, verified = publisher.IsVerified, file = ProofSubjects.File, proofs = list }, BerthJson.Options);
    }

    private static async Task<IResult> BeginProofAsync(HttpContext context, IPublishers publishers, IPublisherProofs proofs)
    {
        var name = PublisherAnswers.Name(context);
        var body = await RequestBody.ReadAsync<ProofBody>(context);
        var actor = VersionAnswers.Actor(context);
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        var outcome = await proofs.BeginAsync(actor, name, body.Kind ?? "", body.Subject ?? "", isDryRun, context.RequestAborted);
        if (outcome is not PublisherOutcome.Done { Id: { } id } || await publishers.FindAsync(name, context.RequestAborted) is not { } publisher)
            return PublisherAnswers.Shown(outcome, _ => new { name, dry_run = isDryRun });
        var proof = (await proofs.ListAsync(actor, publisher, context.RequestAborted))?.FirstOrDefault(one => one.Id == id);
        return Results.Json(new
        {
            proof,
            next = $"Put the line '{proof?.Token}' into {(proof?.Kind == ProofSubjects.Domain ? $"https://{proof.Subject}/{ProofSubjects.File}" : $"the file {ProofSubjects.File} of the default branch of {proof?.Subject}")}, then POST to /api/v1/publishers/{name}/proofs/{id}/check.",
        }, BerthJson.Options, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> CheckProofAsync(HttpContext context, IPublisherProofs proofs)
    {
        var (name, id) = (PublisherAnswers.Name(context), Proof(context));
        return PublisherAnswers.Shown(await proofs.CheckAsync(VersionAnswers.Actor(context), name, id, context.RequestAborted), _ => new { name, id, verified = true });
    }

    private static async Task<IResult> RemoveProofAsync(HttpContext context, IPublisherProofs proofs)
    {
        var (name, id) = (PublisherAnswers.Name(context), Proof(context));
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        return PublisherAnswers.Shown(await proofs.RemoveAsync(VersionAnswers.Actor(context), name, id, isDryRun, context.RequestAborted), _ => new { name, id, removed = !isDryRun, dry_run = isDryRun });
    }

    private static string Member(HttpContext context) => PublisherAnswers.Id(context, "user", "publisher.member_unknown", "There is no such member.");

    private static string Proof(HttpContext context) => PublisherAnswers.Id(context, "id", "publisher.proof_unknown", "There is no such proof.");

    private sealed record PublisherBody(string? Name, string? DisplayName);

    private sealed record RoleBody(string? Role);

    private sealed record PrefixBody(string? Prefix);

    private sealed record ProofBody(string? Kind, string? Subject);
}
