namespace Berth.Registry.Trust.Quarantines;

/// <summary>Stops what must not go on: downloads at once, running instances of hosts when they hear of it, until it is lifted.</summary>
public interface IQuarantines
{
    /// <summary>Sets a quarantine. After: no download of what it hits on this node, on others within seconds; hosts hear of it.</summary>
    Task<TrustResult<QuarantineRecord>> SetAsync(QuarantineDraft draft, TrustActor actor, CancellationToken cancellationToken = default);

    /// <summary>Lifts one. What it hit goes on, unless another quarantine or decision holds it.</summary>
    Task<TrustResult<QuarantineRecord>> LiftAsync(string id, string reason, TrustActor actor, bool isDryRun, CancellationToken cancellationToken = default);

    /// <summary>Those in force that hit a plugin or any of its versions, newest first.</summary>
    Task<IReadOnlyList<QuarantineRecord>> OfPluginAsync(string slug, CancellationToken cancellationToken = default);

    /// <summary>What hosts have to know. Kept in memory for <see cref="StatementAge"/>; a change on this node is in it at once.</summary>
    ValueTask<TrustStatement> StatementAsync(CancellationToken cancellationToken = default);

    /// <summary>How old a statement may be.</summary>
    static readonly TimeSpan StatementAge = TimeSpan.FromSeconds(2);
}

/// <summary>What is in force, as JSON.</summary>
/// <param name="Json">UTF-8.</param>
/// <param name="ETag">A strong entity tag: changes with the bytes, and with nothing else.</param>
public sealed record TrustStatement(ReadOnlyMemory<byte> Json, string ETag);
