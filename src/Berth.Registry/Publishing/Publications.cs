using Berth.Data.Sessions;

namespace Berth.Registry.Publishing;

/// <inheritdoc />
internal sealed class Publications(IDatabase database, RunningPublishes running, TimeProvider time) : IPublications
{
    public Task<Publication?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        // What runs here is known better than the table knows it, but only what is written down has been promised to anybody.
        return running.Find(id) is { IsJournaled: true, IsOver: false } run
            ? Task.FromResult<Publication?>(run.ToPublication(time.GetUtcNow()))
            : database.ReadAsync(session => PublicationRows.FindAsync(session, id), cancellationToken);
    }

    public async Task<IReadOnlyList<StageRecord>> StagesAsync(string slug, string version, CancellationToken cancellationToken = default) =>
        StageJson.Read(await database.ReadAsync(
            session => session.ScalarAsync<string>(
                "SELECT p.verdicts FROM package_version v JOIN publication p ON p.id = v.publication_id WHERE v.slug = @slug AND v.version = @version",
                new { slug, version }),
            cancellationToken));

    public Task<string?> ProvenanceAsync(string slug, string version, CancellationToken cancellationToken = default) => database.ReadAsync(
        session => session.ScalarAsync<string>(
            """
            SELECT e.claims FROM package_version v JOIN publication p ON p.id = v.publication_id JOIN publish_exchange e ON e.id = p.exchange_id
            WHERE v.slug = @slug AND v.version = @version
            """,
            new { slug, version }),
        cancellationToken);
}
