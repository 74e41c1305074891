using Berth.Lifecycle.Operations;
using Berth.Server.Idempotency;
using Berth.Server.RateLimiting;

namespace Berth.Server.Auth;

/// <summary>Who a request comes from, and for whom it acts.</summary>
/// <param name="UserId">The user the request acts for: 32 lower-case hexadecimal digits.</param>
/// <param name="UserName">That user's name.</param>
/// <param name="Roles">That user's roles; the actor's right to administrate is <see cref="IsAdministrator"/>.</param>
/// <param name="ActorId">Who sent it; another one than the user only when an administrator acts for a user.</param>
/// <param name="Scopes">What the token permits; empty permits all that its owner may.</param>
/// <param name="IsAdministrator">Whether the actor is an administrator and the token permits administration.</param>
public sealed record Caller(
    string UserId, string UserName, IReadOnlyList<string> Roles, string ActorId, IReadOnlyList<string> Scopes, bool IsAdministrator) : IPluginUser
{
    /// <summary>The role that may administrate.</summary>
    public const string AdministratorRole = "admin";

    /// <summary>The role that decides on trust and reviews, without administrating.</summary>
    public const string ReviewerRole = "reviewer";

    /// <summary>
    /// Whether the actor may decide on trust and on held versions: an administrator, or a user with the role <c>reviewer</c> for
    /// themselves, whose roles nobody gets by acting for them. As with administrators, the token must permit <c>admin</c>.
    /// </summary>
    public bool IsReviewer => IsAdministrator || (ActorId == UserId && Roles.Contains(ReviewerRole) && TokenScopes.Permit(Scopes, TokenScopes.Admin));

    /// <summary>The request, as its answer names it; for the audit.</summary>
    public string? RequestId { get; init; }

    /// <summary>When the browser's session began; <see langword="null"/> for a token.</summary>
    public DateTimeOffset? SignedInAt { get; init; }

    /// <summary>Whom the request is counted for; the actor when it is not set.</summary>
    internal RateKey? Budget { get; init; }

    string IPluginUser.Id => UserId;

    string IPluginUser.Name => UserName;

    IReadOnlyCollection<string> IPluginUser.Roles => Roles;

    /// <summary>A user who acts for themselves.</summary>
    public static Caller Of(string id, string name, IReadOnlyList<string> roles, IReadOnlyList<string> scopes) =>
        new(id, name, roles, id, scopes, roles.Contains(AdministratorRole) && TokenScopes.Permit(scopes, TokenScopes.Admin));

    /// <summary>The caller as the life cycle sees it.</summary>
    public OperationCaller ForOperations(HttpContext context) =>
        context.Features.Get<IdempotencyClaim.Ours>() is { } request
            ? new(UserId, UserName, Roles, ActorId, context.TraceIdentifier, request.Id) { Completed = request.Completed }
            : new(UserId, UserName, Roles, ActorId, context.TraceIdentifier);
}
