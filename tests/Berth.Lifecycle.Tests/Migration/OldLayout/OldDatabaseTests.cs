using Berth.Data.Sqlite;
using Berth.Lifecycle.Migration.OldLayout;
using Berth.Lifecycle.Tests.World;
using Microsoft.Data.Sqlite;
using static Berth.Lifecycle.Tests.Migration.OldWorlds;

namespace Berth.Lifecycle.Tests.Migration.OldLayout;

public sealed class OldDatabaseTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly OldWorldBuilder _world;

    public OldDatabaseTests() =>
        _world = new OldWorldBuilder(_folder.Path).User(Ana, "ana").Plugin(new OldPlugin(Ana, "Notes", "1.0.5"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_waits_in_a_write_ahead_log_is_read_and_the_log_stays_as_it_is()
    {
        _world.Write();
        using var writer = Connect();
        Execute(writer, "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; UPDATE plugin SET version = '1.0.6'");
        // A copy of the files as a killed process leaves them: the writer's own lock and close would change the original.
        var killed = Path.Combine(_folder.Path, "killed");
        Directory.CreateDirectory(killed);
        foreach (var companion in new[] { "", "-wal" })
            File.Copy(_world.Database + companion, Path.Combine(killed, "app.db" + companion));
        new FileInfo(Path.Combine(killed, "app.db-wal")).Length.ShouldBeGreaterThan(0);
        var before = TreeListing.Of(killed);

        var old = await new OldSystemReader().ReadAsync(_world.Plugins, Path.Combine(killed, "app.db"));

        old.Installations.Single().Version.ShouldBe("1.0.6");
        TreeListing.Of(killed).ShouldBe(before);
    }

    [Fact]
    public async Task A_database_in_WAL_mode_without_a_log_gets_none()
    {
        _world.Write();
        using (var writer = Connect())
            Execute(writer, "PRAGMA journal_mode = WAL");
        var before = TreeListing.Of(_folder.Path);
        (await new OldSystemReader().ReadAsync(_world.Plugins, _world.Database)).Installations.Count.ShouldBe(1);
        TreeListing.Of(_folder.Path).ShouldBe(before);
    }

    [Fact]
    public void A_database_that_is_written_meanwhile_is_noticed()
    {
        _world.Write();
        using var database = ForeignDatabase.Open(_world.Database);
        database.HasChanged.ShouldBeFalse();
        using (var writer = Connect())
            Execute(writer, "CREATE TABLE another (id TEXT); INSERT INTO another VALUES ('1')");
        database.HasChanged.ShouldBeTrue();
    }

    [Fact]
    public async Task Other_columns_are_kept_missing_ones_are_tolerated_and_every_kind_of_value_is_text()
    {
        _world.Row("plugin", new() { ["id"] = $"{Ana}_Bare", ["number"] = 7, ["real"] = 1.5, ["bytes"] = new byte[] { 1, 0xAB } }).Write();
        var row = (await new OldSystemReader().ReadAsync(_world.Plugins, _world.Database)).Installations.Single(one => one.Slug == "Bare").Row!;
        row.Columns["number"].ShouldBe("7");
        row.Columns["real"].ShouldBe("1.5");
        row.Columns["bytes"].ShouldBe("01ab");
        row.Columns["user_id"].ShouldBeNull();
    }

    [Fact]
    public async Task A_path_with_spaces_percent_signs_and_question_marks_is_a_path()
    {
        _world.Write();
        var odd = Directory.CreateDirectory(Path.Combine(_folder.Path, "a b%20c?mode=rw#é")).FullName;
        File.Copy(_world.Database, Path.Combine(odd, "app.db"));
        (await new OldSystemReader().ReadAsync(_world.Plugins, Path.Combine(odd, "app.db"))).Users.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("old_layout.database_missing")]
    [InlineData("old_layout.database_unreadable")]
    [InlineData("old_layout.table_missing")]
    [InlineData("old_layout.plugins_missing")]
    [InlineData("old_layout.too_large")]
    public async Task What_cannot_be_read_at_all_is_an_error_with_a_code_and_a_next_step(string code)
    {
        var (plugins, database) = (_world.Plugins, _world.Database);
        var limits = OldLayoutLimits.Default;
        if (code != "old_layout.database_missing")
            _world.Write();
        if (code == "old_layout.database_unreadable")
            await File.WriteAllTextAsync(database, new string('x', 5000));
        if (code == "old_layout.table_missing")
            using (var writer = Connect())
                Execute(writer, "DROP TABLE plugin");
        if (code == "old_layout.plugins_missing")
            plugins = Path.Combine(_folder.Path, "elsewhere");
        if (code == "old_layout.too_large")
            limits = limits with { MaxRows = 1 };

        var exception = await Should.ThrowAsync<OldSystemException>(() => new OldSystemReader(limits).ReadAsync(plugins, database));
        exception.Code.ShouldBe(code);
        exception.Message.ShouldEndWith(".");
    }

    private SqliteConnection Connect()
    {
        SqliteLibrary.Use();
        var connection = new SqliteConnection($"Data Source={_world.Database};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
