using Berth.Data.Sessions;

namespace Berth.Registry.Advisories.Rechecking;

/// <summary>
/// The run of one import: it begins with the first version that the import says something about, in that transaction. An import
/// that is killed has queued what it has written.
/// </summary>
internal sealed class ImportRecheck(string userId)
{
    private bool _hasLooked;

    /// <summary>Its id.</summary>
    public string RunId { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Whether there is anything to judge again.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Queues, once, what was scanned when nothing was known: it was never compared with anything.</summary>
    public async Task AddNotConfiguredAsync(DbSession session, long at)
    {
        if (_hasLooked)
            return;
        await AddAsync(session, await RecheckRows.NotConfiguredAsync(session), at);
        _hasLooked = true;
    }

    /// <summary>Queues versions, in the transaction that writes the advisories. Doing it again in another attempt of it does no harm.</summary>
    public async Task AddAsync(DbSession session, IReadOnlyList<(string Slug, string Version)> versions, long at)
    {
        if (versions.Count == 0)
            return;
        HasBegun = true;
        if (await session.FirstOrDefaultAsync<string>("SELECT id FROM scan_run WHERE id = @RunId", new { RunId }) is null)
            await RecheckRows.BeginAsync(session, RunId, "Advisories were imported.", userId, at);
        foreach (var (slug, version) in versions)
            await RecheckRows.AddAsync(session, RunId, slug, version);
    }
}
