namespace Berth.Registry.Trust;

/// <summary>Who decided what about a plugin's trust.</summary>
public interface ITrustDecisions
{
    /// <summary>Records a decision and puts it in force. Returns whether the plugin exists.</summary>
    /// <exception cref="ArgumentException">The level is not one of <see cref="TrustLevels.All"/>.</exception>
    Task<bool> DecideAsync(string slug, string level, string decidedBy, string reason, CancellationToken cancellationToken = default);

    /// <summary>All decisions on a plugin, newest first.</summary>
    Task<IReadOnlyList<TrustDecision>> HistoryAsync(string slug, CancellationToken cancellationToken = default);
}

/// <summary>One decision.</summary>
public sealed record TrustDecision(string Slug, string Level, string DecidedBy, string Reason, DateTimeOffset At);
