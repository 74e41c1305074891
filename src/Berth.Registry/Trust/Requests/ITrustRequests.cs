using System.Text.Json;

namespace Berth.Registry.Trust.Requests;

/// <summary>Publishers ask for another level; somebody else answers.</summary>
public interface ITrustRequests
{
    /// <summary>Asks for a level. Grants nothing.</summary>
    Task<TrustResult<TrustRequest>> MakeAsync(TrustRequestDraft draft, TrustActor actor, CancellationToken cancellationToken = default);

    /// <summary>Grants a request: the level is in force when this returns. Only for a reviewer who neither made it nor owns the plugin.</summary>
    /// <param name="id">The request.</param>
    /// <param name="reason">Why.</param>
    /// <param name="expiresAt">When the level runs out.</param>
    /// <param name="actor">Who grants it.</param>
    /// <param name="isDryRun">Only judge.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<TrustResult<TrustRequest>> ApproveAsync(string id, string reason, DateTimeOffset? expiresAt, TrustActor actor, bool isDryRun, CancellationToken cancellationToken = default);

    /// <summary>Refuses a request. Only for a reviewer who did not make it.</summary>
    Task<TrustResult<TrustRequest>> RejectAsync(string id, string reason, TrustActor actor, bool isDryRun, CancellationToken cancellationToken = default);

    /// <summary>A page, oldest first: what waits longest comes first.</summary>
    /// <param name="state"><c>open</c>, <c>approved</c>, <c>rejected</c>; any when <see langword="null"/>.</param>
    /// <param name="requestedBy">Only those of this account; everybody's when <see langword="null"/>.</param>
    /// <param name="after">The id that the page comes after.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<TrustRequest>> ListAsync(string? state, string? requestedBy, string? after, int limit, CancellationToken cancellationToken = default);
}

/// <summary>A request for a level.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Slug">The plugin.</param>
/// <param name="Level">The level asked for.</param>
/// <param name="Reason">Why.</param>
/// <param name="Evidence">What it is based on.</param>
/// <param name="Source"><c>publisher</c>, or <c>manifest</c> when a published manifest asked for it.</param>
/// <param name="State"><c>open</c>, <c>approved</c> or <c>rejected</c>.</param>
/// <param name="RequestedBy">Who asked.</param>
/// <param name="RequestedAt">When.</param>
/// <param name="DecidedBy">Who answered.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="Answer">Why so.</param>
public sealed record TrustRequest(
    string Id, string Slug, string Level, string Reason, JsonElement? Evidence, string Source, string State, string RequestedBy, DateTimeOffset RequestedAt,
    string? DecidedBy, DateTimeOffset? DecidedAt, string? Answer);

/// <summary>A request to be made.</summary>
/// <param name="Slug">The plugin.</param>
/// <param name="Level">One of <see cref="TrustLevels.All"/> but <c>quarantined</c>.</param>
/// <param name="Reason">Why.</param>
public sealed record TrustRequestDraft(string Slug, string Level, string Reason)
{
    /// <summary>What it is based on.</summary>
    public JsonElement? Evidence { get; init; }

    /// <summary>Only judge.</summary>
    public bool IsDryRun { get; init; }
}
