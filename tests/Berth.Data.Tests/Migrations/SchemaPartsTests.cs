using Berth.Data.Migrations;
using Berth.Data.Sessions;
using Berth.Data.Tests.PostgreSql;

namespace Berth.Data.Tests.Migrations;

/// <summary>The part of the database's own search: it takes over the listings that are there, follows every change, and leaves no trace.</summary>
public abstract class SchemaPartsTests(DatabaseKind kind) : IAsyncLifetime
{
    private const string Search = "search";
    private readonly TestFolder _folder = new();
    private string _connection = "sqlite";
    private IDatabase _database = null!;

    public async Task InitializeAsync()
    {
        if (kind == DatabaseKind.PostgreSql)
            _connection = await PostgresServer.CreateDatabaseAsync();
        _database = await Databases.OpenAsync(_connection, _folder.Path);
        await _database.WriteAsync(session => session.ExecuteAsync(Plugin));
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        if (kind == DatabaseKind.PostgreSql)
            await PostgresServer.DropDatabaseAsync(_connection);
        _folder.Dispose();
    }

    [Fact]
    public async Task Listings_from_before_have_their_words_and_keywords()
    {
        await _database.WriteAsync(session => session.ExecuteAsync(Listing));

        (await SchemaParts.InstallAsync(_database, Search)).ShouldBeTrue();

        (await FoundAsync("titel", "9lives", "漢字", "übung")).ShouldBe((4, 2));
    }

    [Fact]
    public async Task Every_change_of_a_listing_is_followed()
    {
        await SchemaParts.InstallAsync(_database, Search);
        await _database.WriteAsync(session => session.ExecuteAsync(Listing));
        (await FoundAsync("titel", "9lives", "漢字", "übung")).ShouldBe((4, 2));

        await _database.WriteAsync(session => session.ExecuteAsync("UPDATE package_listing SET title_words = 'other', keywords = '[\"c\"]'"));
        (await FoundAsync("titel", "9lives", "漢字", "übung")).ShouldBe((2, 1));
        (await FoundAsync("other")).ShouldBe((1, 1));

        // The listing goes with its plugin.
        await _database.WriteAsync(session => session.ExecuteAsync("DELETE FROM package"));
        (await FoundAsync("other", "漢字", "übung")).ShouldBe((0, 0));
    }

    [Fact]
    public async Task What_is_taken_out_leaves_the_schema_and_the_listings_as_they_were()
    {
        var before = await ObjectsAsync();
        await _database.WriteAsync(session => session.ExecuteAsync(Listing));
        await SchemaParts.InstallAsync(_database, Search);
        (await ObjectsAsync()).Count.ShouldBeGreaterThan(before.Count + 10);

        (await SchemaParts.RemoveAsync(_database, Search)).ShouldBeTrue();

        (await ObjectsAsync()).ShouldBe(before);
        (await _database.ReadAsync(session => session.ScalarAsync<long>("SELECT COUNT(*) FROM package_listing"))).ShouldBe(1);
        (await SchemaParts.RemoveAsync(_database, Search)).ShouldBeFalse("it is gone");
        (await SchemaParts.InstallAsync(_database, Search)).ShouldBeTrue();
        (await FoundAsync("titel", "9lives", "漢字", "übung")).ShouldBe((4, 2));
    }

    [Fact]
    public async Task It_is_put_in_once_however_many_nodes_start_at_once()
    {
        var done = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SchemaParts.InstallAsync(_database, Search)));

        done.Count(isDone => isDone).ShouldBe(1);
        (await SchemaParts.InstallAsync(_database, Search)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_part_of_another_text_is_replaced()
    {
        await _database.WriteAsync(session => session.ExecuteAsync(Listing));
        await SchemaParts.InstallAsync(_database, Search);
        await _database.WriteAsync(session => session.ExecuteAsync("UPDATE schema_part SET sha256 = 'of an earlier program'"));
        await _database.WriteAsync(session => session.ExecuteAsync("DELETE FROM package_search_keyword"));

        (await SchemaParts.InstallAsync(_database, Search)).ShouldBeTrue();

        (await FoundAsync("titel", "9lives", "漢字", "übung")).ShouldBe((4, 2));
    }

    [Fact]
    public async Task A_part_that_is_none_is_an_error() =>
        (await Should.ThrowAsync<ArgumentException>(() => SchemaParts.InstallAsync(_database, "nothing"))).Message.ShouldContain("'nothing'");

    private const string Plugin = "INSERT INTO package (slug, slug_folded, owner_id, trust_level, created_at, updated_at) VALUES ('A', 'a', 'x', 'community', 1, 1)";

    private const string Listing =
        """
        INSERT INTO package_listing (slug, slug_folded, listed, offered, name, name_folded, name_since, type, trust_level, keywords, title_words, other_words, body_words, summary, published_at, updated_at, relisted_at, changed_at)
        VALUES ('A', 'a', 1, 1, 'A', 'a', 1, 'frontend', 'community', '["a","b"]', 'titel 9lives', '漢字', 'übung', '{}', 1, 1, 1, 1)
        """;

    /// <summary>Tables, indexes, triggers and functions by name.</summary>
    private Task<IReadOnlyList<string>> ObjectsAsync() => _database.ReadAsync(session => session.QueryAsync<string>(kind == DatabaseKind.Sqlite
        ? "SELECT type || ' ' || name FROM sqlite_schema ORDER BY 1"
        : """
          SELECT c.relkind::text || ' ' || c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'
          UNION ALL SELECT 'trigger ' || tgname::text FROM pg_trigger WHERE NOT tgisinternal
          UNION ALL SELECT 'function ' || p.proname::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public'
          ORDER BY 1
          """));

    /// <summary>How many of the words find a listing, and how many keywords are known.</summary>
    private async Task<(int Words, long Keywords)> FoundAsync(params string[] words)
    {
        var found = 0;
        foreach (var word in words)
        {
            found += (int)await _database.ReadAsync(session => kind == DatabaseKind.Sqlite
                ? session.ScalarAsync<long>("SELECT COUNT(*) FROM package_search WHERE package_search MATCH @match", new { match = $"\"{word}\"" })
                : session.ScalarAsync<long>("SELECT COUNT(*) FROM package_search WHERE words @@ CAST(@match AS TSQUERY)", new { match = $"'{word}'" }));
        }

        return (found, await _database.ReadAsync(session => session.ScalarAsync<long>("SELECT COUNT(*) FROM package_search_keyword")));
    }

    public sealed class OnSqlite() : SchemaPartsTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : SchemaPartsTests(DatabaseKind.PostgreSql);
}
