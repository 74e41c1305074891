using Berth.Data.Migrations;
using Berth.Data.Sessions;
using Berth.Data.Tests.PostgreSql;

namespace Berth.Data.Tests.Migrations;

/// <summary>Script 52 takes over the listings that are there, and what it adds follows every change of them.</summary>
public abstract class SearchEngineScriptTests(DatabaseKind kind) : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private string _connection = "sqlite";
    private IDatabase _database = null!;

    public async Task InitializeAsync()
    {
        if (kind == DatabaseKind.PostgreSql)
            _connection = await PostgresServer.CreateDatabaseAsync();
        _database = await Databases.OpenAsync(_connection, _folder.Path);
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
        await _database.WriteAsync(async session =>
        {
            // Back to what script 18 left.
            await session.ExecuteAsync("DROP INDEX download_daily_by_day; DROP TABLE download_batch; DROP TABLE package_search_keyword");
            if (kind == DatabaseKind.PostgreSql)
                await session.ExecuteAsync("DROP FUNCTION package_search_keep_words CASCADE; DROP FUNCTION package_search_keep_keywords CASCADE; DROP FUNCTION package_search_words");
            await session.ExecuteAsync(ScriptOf(18));
            await session.ExecuteAsync(Plugin);
            return await session.ExecuteAsync(Listing);
        });

        await _database.WriteAsync(session => session.ExecuteAsync(ScriptOf(52)));

        (await FoundAsync("titel", "9lives", "漢字", "übung")).ShouldBe((4, 2));
        (await _database.ReadAsync(session => session.ScalarAsync<long>("SELECT COUNT(*) FROM package_listing WHERE formed_name IS NULL"))).ShouldBe(1, "the registry forms names");
    }

    [Fact]
    public async Task Every_change_of_a_listing_is_followed()
    {
        await _database.WriteAsync(session => session.ExecuteAsync(Plugin));
        await _database.WriteAsync(session => session.ExecuteAsync(Listing));
        (await FoundAsync("titel", "9lives", "漢字", "übung")).ShouldBe((4, 2));

        await _database.WriteAsync(session => session.ExecuteAsync("UPDATE package_listing SET title_words = 'other', keywords = '[\"c\"]'"));
        (await FoundAsync("titel", "9lives", "漢字", "übung")).ShouldBe((2, 1));
        (await FoundAsync("other")).ShouldBe((1, 1));

        // The listing goes with its plugin.
        await _database.WriteAsync(session => session.ExecuteAsync("DELETE FROM package"));
        (await FoundAsync("other", "漢字", "übung")).ShouldBe((0, 0));
    }

    private const string Plugin = "INSERT INTO package (slug, slug_folded, owner_id, trust_level, created_at, updated_at) VALUES ('A', 'a', 'x', 'community', 1, 1)";

    private const string Listing =
        """
        INSERT INTO package_listing (slug, slug_folded, listed, offered, name, name_folded, name_since, type, trust_level, keywords, title_words, other_words, body_words, summary, published_at, updated_at, relisted_at, changed_at)
        VALUES ('A', 'a', 1, 1, 'A', 'a', 1, 'frontend', 'community', '["a","b"]', 'titel 9lives', '漢字', 'übung', '{}', 1, 1, 1, 1)
        """;

    private string ScriptOf(int number) => SchemaScript.All(kind).Single(script => script.Number == number).Sql;

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

    public sealed class OnSqlite() : SearchEngineScriptTests(DatabaseKind.Sqlite);

    public sealed class OnPostgreSql() : SearchEngineScriptTests(DatabaseKind.PostgreSql);
}
