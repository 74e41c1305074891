using Berth.Data.Tests.PostgreSql;
using Berth.Server.Configuration;

namespace Berth.Server.Tests.Storage;

/// <summary>A server on a PostgreSQL database of its own, with plugins that need each other, have settings, and run code.</summary>
public sealed class PostgreSqlFixture : IAsyncLifetime
{
    private string _database = "";

    public TestServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _database = await PostgresServer.CreateMigratedDatabaseAsync();
        Server = await TestServer.StartAsync(OnIt);
        await Server.PublishAsync(
            TestPackages.FrontEnd("Base", "1.0.0"), TestPackages.FrontEnd("Base", "1.1.0"),
            TestPackages.FrontEnd("Dials", "1.0.0", new { dependencies = new { Base = "^1.0.0" } }),
            TestPackages.FrontEnd("Tuned", "1.0.0", new { config = JsonSerializer.Deserialize<JsonElement>(Apis.SettingsFixture.Schema) }),
            TestPackages.FrontEnd("Clock", "1.0.0"), TestPackages.FrontEnd("Clock", "1.1.0"),
            Golden.Package("Echo"));
    }

    public BerthSettings OnIt(BerthSettings settings) => settings with { Database = _database };

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        await PostgresServer.DropDatabaseAsync(_database);
    }
}
