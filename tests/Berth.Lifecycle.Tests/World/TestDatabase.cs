using Berth.Data.Sessions;
using Berth.Data.Tests.PostgreSql;

namespace Berth.Lifecycle.Tests.World;

/// <summary>A database of a test's own, of either kind.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private TestDatabase(DatabaseKind kind, string connection) => (Kind, Connection) = (kind, connection);

    public DatabaseKind Kind { get; }

    /// <summary>What <see cref="Databases.OpenAsync(string, string, CancellationToken)"/> takes.</summary>
    public string Connection { get; }

    public static async Task<TestDatabase> CreateAsync(DatabaseKind kind) =>
        new(kind, kind == DatabaseKind.Sqlite ? "sqlite" : await PostgresServer.CreateMigratedDatabaseAsync());

    /// <summary>A copy of it; nobody may have it open. The file of an embedded one is copied with its folder.</summary>
    public async Task<TestDatabase> CopyAsync() => new(Kind, Kind == DatabaseKind.Sqlite ? Connection : await PostgresServer.CopyDatabaseAsync(Connection));

    public async ValueTask DisposeAsync()
    {
        if (Kind == DatabaseKind.PostgreSql)
            await PostgresServer.DropDatabaseAsync(Connection);
    }
}
