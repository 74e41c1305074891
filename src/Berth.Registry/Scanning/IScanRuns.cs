using Berth.Packaging.Scanning.Indicators;

namespace Berth.Registry.Scanning;

/// <summary>Looks at what is already published.</summary>
public interface IScanRuns
{
    /// <summary>Begins to scan everything again, with more indicators if some are given; they stay in force. It goes on in the background, over a restart too.</summary>
    Task<ScanRun> StartAsync(string reason, IReadOnlyList<Indicator> indicators, string userId, CancellationToken cancellationToken = default);

    /// <summary>How far a run is, or <see langword="null"/>.</summary>
    Task<ScanRun?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>The latest runs.</summary>
    Task<IReadOnlyList<ScanRun>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>How many versions a run would look at.</summary>
    Task<long> CountAsync(CancellationToken cancellationToken = default);

    /// <summary>Looks for an indicator in packages, from the one after the cursor on, until there is enough for an answer.</summary>
    Task<IndicatorPage> SearchAsync(Indicator indicator, string? cursor, CancellationToken cancellationToken = default);
}

/// <summary>A look at everything published.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State"><c>running</c> or <c>ended</c>.</param>
/// <param name="Reason">Why.</param>
/// <param name="StartedBy">Who.</param>
/// <param name="StartedAt">When.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Total">Versions there were when it began.</param>
/// <param name="Done">Versions that were looked at.</param>
/// <param name="Failed">Versions whose bytes could not be read.</param>
/// <param name="Worse">Versions whose worst finding is worse than before, or that a required scanner did not end on.</param>
/// <param name="Held">Versions that were visible and are held now.</param>
public sealed record ScanRun(
    string Id, string State, string Reason, string? StartedBy, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, long Total, long Done, long Failed, long Worse, long Held)
{
    /// <summary><c>packages</c>: everything is read again; <c>dependencies</c>: what an import of advisories names is judged again.</summary>
    public string Kind { get; init; } = "packages";

    /// <summary>Versions that were held for what is withdrawn now, and are visible again.</summary>
    public long Lifted { get; init; }
}

/// <summary>Hits of an indicator.</summary>
/// <param name="Hits">Where.</param>
/// <param name="Searched">Versions that were looked into for this page.</param>
/// <param name="NextCursor">Where to go on; <see langword="null"/> at the end.</param>
public sealed record IndicatorPage(IReadOnlyList<IndicatorHit> Hits, int Searched, string? NextCursor);

/// <summary>A place of an indicator.</summary>
public sealed record IndicatorHit(string Slug, string Version, string State, string? File, int? Line, int? Column);
