using Berth.Packaging.Signing;

namespace Berth.Registry.Keys;

/// <summary>The keys that the registry knows. None is ever removed: what it signed must stay verifiable.</summary>
public interface IKeyRecords
{
    /// <summary>Keys, newest first.</summary>
    /// <param name="ownerId">Only this owner's; all when <see langword="null"/>.</param>
    /// <param name="limit">Most that are returned.</param>
    /// <param name="after">The <c>kid</c> of the last one of the page before.</param>
    /// <param name="cancellationToken"></param>
    Task<IReadOnlyList<KeyRecord>> ListAsync(string? ownerId = null, int limit = 100, string? after = null, CancellationToken cancellationToken = default);

    /// <summary>The registry's own keys, newest first.</summary>
    Task<IReadOnlyList<KeyRecord>> RegistryKeysAsync(CancellationToken cancellationToken = default);

    /// <summary>One key, or <see langword="null"/>.</summary>
    Task<KeyRecord?> FindAsync(string kid, CancellationToken cancellationToken = default);

    /// <summary>Registers a publisher's key, once it has proved that the account has its private part.</summary>
    Task<KeyOutcome> AddAsync(NewKey key, bool dryRun = false, CancellationToken cancellationToken = default);

    /// <summary>Puts a key away: it signs nothing more. The registry makes itself a new one when its own is retired.</summary>
    Task<KeyOutcome> RetireAsync(string kid, KeyActor actor, bool dryRun = false, CancellationToken cancellationToken = default);

    /// <summary>Says that signatures from a time on do not count, and raises what that breaks. What the registry's own key had countersigned is countersigned again.</summary>
    /// <param name="kid">The key.</param>
    /// <param name="since">From when on; now when <see langword="null"/>. A second revocation can only move it back.</param>
    /// <param name="reason">Why.</param>
    /// <param name="actor">Who says so.</param>
    /// <param name="dryRun">Only answers what would be.</param>
    /// <param name="cancellationToken"></param>
    Task<KeyOutcome> RevokeAsync(string kid, DateTimeOffset? since, string? reason, KeyActor actor, bool dryRun = false, CancellationToken cancellationToken = default);
}

/// <summary>A key to be registered.</summary>
/// <param name="Key">The public key.</param>
/// <param name="OwnerId">Whose it is.</param>
/// <param name="ActorId">Who registers it, for the audit.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="NotBefore">From when on it may sign; now when <see langword="null"/>.</param>
/// <param name="NotAfter">Until when.</param>
/// <param name="Proof">That its owner has the private part: <see cref="KeyProof"/> for <paramref name="OwnerId"/>.</param>
public sealed record NewKey(
    VerificationKey Key, string OwnerId, string ActorId, string? Name = null, DateTimeOffset? NotBefore = null, DateTimeOffset? NotAfter = null, string? Proof = null)
{
    /// <summary>Whether somebody who is believed says so, such as the signed bundle of another registry: then no proof is asked for.</summary>
    public bool IsVouchedFor { get; init; }
}

/// <summary>Who changes a key.</summary>
/// <param name="UserId">The user; owners may change their own keys.</param>
/// <param name="ActorId">Who sent the request, for the audit.</param>
/// <param name="IsAdministrator">Administrators may change every key, the registry's own among them.</param>
public sealed record KeyActor(string UserId, string ActorId, bool IsAdministrator);

/// <summary>How a change of a key ended.</summary>
public abstract record KeyOutcome
{
    private KeyOutcome()
    {
    }

    /// <summary>Done, or what would be done.</summary>
    /// <param name="Key">The record.</param>
    /// <param name="Broken">Versions with a signature that does not count any more.</param>
    public sealed record Done(KeyRecord Key, IReadOnlyList<string> Broken) : KeyOutcome;

    /// <summary>The very same key is the owner's already.</summary>
    public sealed record Known(KeyRecord Key) : KeyOutcome;

    /// <summary>There is no such key, or it is not the actor's.</summary>
    public sealed record Unknown : KeyOutcome;

    /// <summary>The change is not acceptable.</summary>
    /// <param name="Code">Dotted.</param>
    /// <param name="Reason">One sentence.</param>
    /// <param name="IsConflict">Whether it is the state of things that forbids it, not the request.</param>
    public sealed record Refused(string Code, string Reason, bool IsConflict) : KeyOutcome;
}
