using System.Text.Json;

namespace Berth.Registry.Trust;

/// <summary>Shows and changes the policies. <see cref="ITrustPolicies"/> is the same book for who only reads.</summary>
public interface ITrustPolicyBook
{
    /// <summary>The policy of a level with who set it; <see langword="null"/> when there is no such level.</summary>
    Task<TrustPolicyEntry?> FindAsync(string level, CancellationToken cancellationToken = default);

    /// <summary>Changes a policy: in force on this node at once, on others within <see cref="RefreshInterval"/>.</summary>
    /// <param name="level">The level.</param>
    /// <param name="changes">The members that change, as <see cref="TrustPolicyEntry.Shown"/> names them; the others stay as they are.</param>
    /// <param name="actorId">Who changes it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="isDryRun">Only judge.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>All faults; empty when it is in force.</returns>
    Task<IReadOnlyList<string>> SetAsync(string level, JsonElement changes, string actorId, string reason, bool isDryRun, CancellationToken cancellationToken = default);

    /// <summary>How long another node may take to notice.</summary>
    static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(2);
}

/// <summary>A policy and where it comes from.</summary>
/// <param name="Policy">What is in force.</param>
/// <param name="Shown">The same as JSON.</param>
/// <param name="IsDefault">Whether nobody changed it.</param>
/// <param name="SetBy">Who changed it last.</param>
/// <param name="SetAt">When.</param>
/// <param name="Reason">Why.</param>
public sealed record TrustPolicyEntry(TrustPolicy Policy, JsonElement Shown, bool IsDefault, string? SetBy, DateTimeOffset? SetAt, string? Reason);
