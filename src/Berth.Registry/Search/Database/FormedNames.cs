using Berth.Data.Migrations;
using Berth.Data.Sessions;

namespace Berth.Registry.Search.Database;

/// <summary>
/// Forms of names for rows that have none, or those of an earlier name: rows from before there were any, and what a node of an
/// earlier version wrote. Looked for when the engine is prepared, and every <see cref="SearchState.Lifetime"/> while it is used.
/// </summary>
internal sealed class FormedNames(IDatabase database, TimeProvider time) : IDisposable
{
    // A transaction each: on SQLite, whoever publishes meanwhile waits for one of them.
    private const long PieceSize = 200;
    private readonly SemaphoreSlim _forming = new(1);
    private long _formedAt;
    private volatile bool _isFormed;

    /// <summary>Ends when every row has the forms of its name.</summary>
    public ValueTask PrepareAsync(CancellationToken cancellationToken) => IsFresh ? ValueTask.CompletedTask : new ValueTask(FormAsync(cancellationToken));

    public void Dispose() => _forming.Dispose();

    private bool IsFresh => _isFormed && time.GetElapsedTime(Volatile.Read(ref _formedAt)) < SearchState.Lifetime;

    private async Task FormAsync(CancellationToken cancellationToken)
    {
        await _forming.WaitAsync(cancellationToken);
        try
        {
            // Whoever waited finds it done.
            if (IsFresh)
                return;
            var at = time.GetTimestamp();
            if (!_isFormed)
                await SchemaParts.InstallAsync(database, SearchSql.SchemaPart, cancellationToken);
            while (await UnformedAsync(cancellationToken) is { Count: > 0 } rows)
                await database.WriteAsync(session => PutAsync(session, rows), cancellationToken);
            Volatile.Write(ref _formedAt, at);
            _isFormed = true;
        }
        finally
        {
            _forming.Release();
        }
    }

    private Task<IReadOnlyList<UnformedRow>> UnformedAsync(CancellationToken cancellationToken) => database.ReadAsync(
        session => session.QueryAsync<UnformedRow>(
            "SELECT id, slug_folded, name_folded FROM package_listing WHERE formed_name IS NULL OR formed_name <> name_folded ORDER BY id LIMIT @PieceSize", new { PieceSize }),
        cancellationToken);

    private static async Task<bool> PutAsync(DbSession session, IReadOnlyList<UnformedRow> rows)
    {
        foreach (var row in rows)
        {
            var forms = NameForms.Of(row.SlugFolded, row.NameFolded);
            // One that got another name meanwhile has to wait for the next look.
            await session.ExecuteAsync(
                """
                UPDATE package_listing SET slug_compact = @SlugCompact, name_compact = @NameCompact, slug_skeleton = @SlugSkeleton,
                    name_skeleton = @NameSkeleton, formed_name = @NameFolded
                WHERE id = @Id AND name_folded = @NameFolded
                """,
                new { row.Id, row.NameFolded, forms.SlugCompact, forms.NameCompact, forms.SlugSkeleton, forms.NameSkeleton });
        }

        return true;
    }

    private sealed record UnformedRow(long Id, string SlugFolded, string NameFolded);
}
