using Berth.Data.Migrations;
using Berth.Data.Sessions;
using Berth.Data.Tests.PostgreSql;

namespace Berth.Data.Tests.Migrations;

public abstract class MigrationTests(DatabaseKind kind) : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private string _connection = "sqlite";

    public async Task InitializeAsync()
    {
        if (kind == DatabaseKind.PostgreSql)
            _connection = await PostgresServer.CreateDatabaseAsync();
    }

    public async Task DisposeAsync()
    {
        if (kind == DatabaseKind.PostgreSql)
            await PostgresServer.DropDatabaseAsync(_connection);
        _folder.Dispose();
    }

    [Fact]
    public async Task Opening_twice_applies_each_script_once_and_keeps_the_rows()
    {
        await using (var first = await OpenAsync())
            await first.WriteAsync(s => s.ExecuteAsync("INSERT INTO users (id, username, username_folded, created_at) VALUES ('a', 'a', 'a', 1)"));

        await using var second = await OpenAsync();

        (await second.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM users"))).ShouldBe(1);
        var applied = await second.ReadAsync(s => s.QueryAsync<string>("SELECT name FROM schema_version ORDER BY number"));
        applied.ShouldBe(SchemaScript.All(kind).Select(s => s.Name));
    }

    [Fact]
    public async Task Nodes_that_start_together_take_turns()
    {
        var nodes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(OpenAsync)));

        (await nodes[0].ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM schema_version"))).ShouldBe(SchemaScript.All(kind).Count);
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    [Fact]
    public async Task A_new_script_is_applied_to_an_old_schema()
    {
        await using var database = await OpenAsync();
        var next = new SchemaScript(9001, "next", "CREATE TABLE next_thing (id BIGINT PRIMARY KEY); INSERT INTO next_thing VALUES (1);");

        await Migration.RunAsync(database, [.. SchemaScript.All(kind), next], CancellationToken.None);

        (await database.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM next_thing"))).ShouldBe(1);
    }

    [Fact]
    public async Task A_script_that_fails_leaves_nothing_of_itself()
    {
        await using var database = await OpenAsync();
        var broken = new SchemaScript(9001, "broken", "CREATE TABLE half (id BIGINT PRIMARY KEY); INSERT INTO nowhere VALUES (1);");

        await Should.ThrowAsync<Exception>(() => Migration.RunAsync(database, [.. SchemaScript.All(kind), broken], CancellationToken.None));

        await Should.ThrowAsync<Exception>(() => database.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM half")));
        (await database.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM schema_version WHERE number = 9001"))).ShouldBe(0);
    }

    [Fact]
    public async Task A_newer_schema_is_refused()
    {
        await using (var database = await OpenAsync())
            await database.WriteAsync(s => s.ExecuteAsync("INSERT INTO schema_version (number, name, sha256, applied_at) VALUES (9999, 'future', 'x', 1)"));

        var exception = await Should.ThrowAsync<DatabaseUnavailableException>(OpenAsync);

        exception.Trouble.ShouldBe(DatabaseTrouble.Schema);
        exception.Message.ShouldContain("9999");
        exception.Message.ShouldContain("newer");
    }

    [Fact]
    public async Task A_script_that_changed_after_it_was_applied_is_refused()
    {
        await using (var database = await OpenAsync())
            await database.WriteAsync(s => s.ExecuteAsync("UPDATE schema_version SET sha256 = 'other' WHERE number = 1"));

        var exception = await Should.ThrowAsync<DatabaseUnavailableException>(OpenAsync);

        exception.Trouble.ShouldBe(DatabaseTrouble.Schema);
        exception.Message.ShouldContain("base");
    }

    private Task<IDatabase> OpenAsync() => Databases.OpenAsync(_connection, _folder.Path);

    public sealed class OnSqlite() : MigrationTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : MigrationTests(DatabaseKind.PostgreSql);
}
