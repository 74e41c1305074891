using System.Security.Cryptography;
using Berth.Data.Sessions;
using Berth.Data.Sqlite;
using Microsoft.Data.Sqlite;

namespace Berth.Data.Tests.Sqlite;

public sealed class ForeignDatabaseTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("berth-foreign-").FullName;

    private string DatabaseFile => Path.Combine(_folder, "app.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Tables_and_rows_are_read_as_text_and_nothing_is_left_beside_the_file()
    {
        Execute("PRAGMA journal_mode = WAL; CREATE TABLE \"odd \"\" name\" (id TEXT, n INTEGER, b BLOB); INSERT INTO \"odd \"\" name\" VALUES ('a', 5, x'01ff'), (NULL, NULL, NULL)");
        var before = Digests(_folder);
        using (var database = ForeignDatabase.Open(DatabaseFile))
        {
            database.Tables().ShouldBe(["odd \" name"]);
            var rows = database.Rows("odd \" name").ToList();
            rows[0].ShouldBe(new Dictionary<string, string?> { ["id"] = "a", ["n"] = "5", ["b"] = "01ff" }, ignoreOrder: true);
            rows[1].Values.ShouldAllBe(value => value == null);
            Directory.GetFiles(_folder).ShouldBe([DatabaseFile]);
        }

        Directory.GetFiles(_folder).ShouldBe([DatabaseFile]);
        Digests(_folder).ShouldBe(before);
    }

    [Fact]
    public void A_hot_rollback_journal_is_played_back_on_a_copy()
    {
        Execute("CREATE TABLE t (v TEXT); INSERT INTO t VALUES ('committed')");
        using (var writer = Connect())
        {
            // A cache of one page makes SQLite write into the file before the commit, as a large transaction does.
            Run(writer, "PRAGMA cache_size = 1; BEGIN; UPDATE t SET v = 'half'; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT 'half done ' || i FROM n");
            var killed = Directory.CreateDirectory(Path.Combine(_folder, "killed")).FullName;
            foreach (var companion in new[] { "", "-journal" })
                File.Copy(DatabaseFile + companion, Path.Combine(killed, "app.db" + companion));
            Run(writer, "ROLLBACK");
        }

        var file = Path.Combine(_folder, "killed", "app.db");
        new FileInfo(file + "-journal").Length.ShouldBeGreaterThan(0);
        var before = Digests(Path.Combine(_folder, "killed"));
        using (var database = ForeignDatabase.Open(file))
            database.Rows("t").Single()["v"].ShouldBe("committed");
        Digests(Path.Combine(_folder, "killed")).ShouldBe(before);
    }

    [Fact]
    public void What_is_no_database_is_said_to_be_none()
    {
        File.WriteAllText(DatabaseFile, new string('x', 4096));
        Should.Throw<DatabaseUnavailableException>(() => ForeignDatabase.Open(DatabaseFile)).Message.ShouldNotContain(_folder);
        Should.Throw<FileNotFoundException>(() => ForeignDatabase.Open(DatabaseFile + "x"));
    }

    private static IReadOnlyList<string> Digests(string folder) =>
        [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(path => $"{path} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}")];

    private void Execute(string sql)
    {
        using var connection = Connect();
        Run(connection, sql);
    }

    private SqliteConnection Connect()
    {
        SqliteLibrary.Use();
        var connection = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
