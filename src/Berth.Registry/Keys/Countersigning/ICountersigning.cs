namespace Berth.Registry.Keys.Countersigning;

/// <summary>
/// Countersigns again what the registry had countersigned with a key that was revoked: the same statements, by the key that is in
/// force. A revocation begins a run by itself.
/// </summary>
public interface ICountersigning
{
    /// <summary>How many versions have a countersignature that does not count any more.</summary>
    Task<long> CountAsync(CancellationToken cancellationToken = default);

    /// <summary>Begins a run. It goes on in the background, over a restart too.</summary>
    Task<CountersignRun> StartAsync(string reason, string userId, CancellationToken cancellationToken = default);

    /// <summary>How far a run is, or <see langword="null"/>.</summary>
    Task<CountersignRun?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>The latest runs, newest first.</summary>
    Task<IReadOnlyList<CountersignRun>> ListAsync(CancellationToken cancellationToken = default);
}

/// <summary>One walk over what has to be countersigned again.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State"><c>running</c> or <c>ended</c>.</param>
/// <param name="Reason">Why.</param>
/// <param name="StartedBy">Who.</param>
/// <param name="StartedAt">When.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Total">Versions there were when it began.</param>
/// <param name="Done">Versions that are countersigned again.</param>
/// <param name="Failed">Versions that stay as they are: their bytes cannot be read, or do not go with the old countersignature.</param>
public sealed record CountersignRun(
    string Id, string State, string Reason, string? StartedBy, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, long Total, long Done, long Failed);
