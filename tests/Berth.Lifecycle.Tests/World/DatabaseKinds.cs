using Berth.Data.Sessions;

namespace Berth.Lifecycle.Tests.World;

/// <summary>Each database: what holds of rows must hold on both.</summary>
public sealed class DatabaseKinds : TheoryData<DatabaseKind>
{
    public DatabaseKinds()
    {
        Add(DatabaseKind.Sqlite);
        Add(DatabaseKind.PostgreSql);
    }
}
