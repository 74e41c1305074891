namespace Berth.Registry.Trust;

/// <summary>Who decided what about a plugin's trust, and what of it is in force.</summary>
public interface ITrustDecisions
{
    /// <summary>What is in force now, read from the records; <see langword="null"/> when there is no such plugin, also for plugins without a visible version.</summary>
    Task<TrustStanding?> StandingAsync(string slug, CancellationToken cancellationToken = default);

    /// <summary>
    /// Records a decision of the system's own and puts it in force, without asking who decides. Returns whether the plugin exists.
    /// </summary>
    /// <exception cref="ArgumentException">The level is not one of <see cref="TrustLevels.All"/>.</exception>
    Task<bool> DecideAsync(string slug, string level, string decidedBy, string reason, CancellationToken cancellationToken = default);

    /// <summary>
    /// Records a decision of a person and puts it in force at once. Lowering needs the right to decide; raising needs somebody
    /// who does not own the plugin as well. A decision that runs out gives way to the newest one before it that is still good.
    /// </summary>
    Task<TrustResult<TrustDecision>> DecideAsync(TrustDraft draft, TrustActor actor, CancellationToken cancellationToken = default);

    /// <summary>
    /// Levels in force of the plugins for whose publisher an account acts (its own, and those of organisations that it may publish
    /// for), each once. Only levels that somebody else has decided: what a first publish gives by itself, and what the account
    /// decided, says nothing of it.
    /// </summary>
    Task<IReadOnlyList<string>> LevelsOfPublisherAsync(string userId, CancellationToken cancellationToken = default);

    /// <summary>All decisions on a plugin, newest first.</summary>
    Task<IReadOnlyList<TrustDecision>> HistoryAsync(string slug, CancellationToken cancellationToken = default);
}
