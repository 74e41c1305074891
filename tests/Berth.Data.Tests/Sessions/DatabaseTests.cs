using Berth.Data.Sessions;

namespace Berth.Data.Tests.Sessions;

/// <summary>What holds on every database. One derived class for each.</summary>
public abstract partial class DatabaseTests : IAsyncLifetime
{
    protected IDatabase Database { get; private set; } = null!;

    public async Task InitializeAsync() => Database = await OpenAsync();

    public virtual async Task DisposeAsync() => await Database.DisposeAsync();

    [Fact]
    public async Task What_was_written_is_read_back()
    {
        await AddUserAsync("Ada");

        var user = await Database.ReadAsync(s => s.FirstOrDefaultAsync<UserRow>(
            "SELECT id, username, password_hash, created_at, disabled_at FROM users WHERE username_folded = @Name", new { Name = "ada" }));

        user.ShouldNotBeNull();
        user.Username.ShouldBe("Ada");
        user.PasswordHash.ShouldBeNull();
        user.CreatedAt.ShouldBe(7);
        user.DisabledAt.ShouldBeNull();
    }

    [Fact]
    public async Task Rows_map_to_classes_and_flags_are_numbers()
    {
        var user = await AddUserAsync("ada");
        await Database.WriteAsync(s => s.ExecuteAsync(InsertPlugin, Plugin(user, "Notes", enabled: true)));

        var row = await Database.ReadAsync(s => s.FirstOrDefaultAsync<PluginRow>("SELECT * FROM plugin WHERE enabled = @Yes", new { Yes = true }));

        row.ShouldNotBeNull();
        row.Enabled.ShouldBeTrue();
        row.PluginSlug.ShouldBe("Notes");
        row.PreviousGeneration.ShouldBeNull();
    }

    [Fact]
    public async Task Scalars_come_back_as_asked_for()
    {
        await AddUserAsync("ada");

        (await Database.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM users"))).ShouldBe(1);
        (await Database.ReadAsync(s => s.ScalarAsync<long>("SELECT 1"))).ShouldBe(1, "a literal is an int on one database and a long on the other");
        (await Database.ReadAsync(s => s.ScalarAsync<long?>("SELECT 1 WHERE 1 = 2"))).ShouldBeNull();
        await Should.ThrowAsync<FormatException>(() => Database.ReadAsync(s => s.ScalarAsync<long>("SELECT 'ada'")), "never a silent 0");
        (await Database.ReadAsync(s => s.ScalarAsync<string>("SELECT username FROM users"))).ShouldBe("ada");
        (await Database.ReadAsync(s => s.ScalarAsync<long?>("SELECT MAX(disabled_at) FROM users"))).ShouldBeNull();
        (await Database.ReadAsync(s => s.ScalarAsync<string>("SELECT username FROM users WHERE id = 'x'"))).ShouldBeNull();
    }

    [Fact]
    public async Task A_null_in_the_first_row_does_not_disturb_the_second()
    {
        await AddUserAsync("ada");
        var bob = await AddUserAsync("bob");
        await Database.WriteAsync(s => s.ExecuteAsync("UPDATE users SET disabled_at = 9 WHERE id = @bob", new { bob }));

        var rows = await Database.ReadAsync(s => s.QueryAsync<NameAndTime>("SELECT username AS name, disabled_at AS time FROM users ORDER BY username"));

        rows.ShouldBe([new("ada", null), new("bob", 9)]);
    }

    [Fact]
    public async Task A_list_is_written_out_and_an_empty_one_finds_nothing()
    {
        var ada = await AddUserAsync("ada");
        await AddUserAsync("bob");

        (await Count([ada, "x"])).ShouldBe(1);
        (await Count([])).ShouldBe(0);

        Task<long> Count(string[] ids) => Database.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM users WHERE id IN @ids", new { ids }));
    }

    [Fact]
    public async Task Lists_whose_names_begin_alike_are_not_confused()
    {
        var ada = await AddUserAsync("ada");

        var found = await Database.ReadAsync(s => s.QueryAsync<string>(
            "SELECT username FROM users WHERE id IN @id AND username IN @ids", new { id = new[] { ada }, ids = new[] { "bob", "ada" } }));

        found.ShouldBe(["ada"]);
    }

    [Fact]
    public async Task The_same_statement_runs_again_with_other_values()
    {
        var ids = new List<string>();
        await Database.WriteAsync(async s =>
        {
            for (var i = 0; i < 100; i++)
                ids.Add(await AddUserAsync(s, "user" + i));
            return 0;
        });

        foreach (var (id, i) in ids.Select((id, i) => (id, i)))
            (await Database.ReadAsync(s => s.ScalarAsync<string>("SELECT username FROM users WHERE id = @id", new { id }))).ShouldBe("user" + i);
    }

    [Fact]
    public async Task Dialects_agree_on_upsert_and_returning()
    {
        const string Count = "INSERT INTO download_daily (slug, version, day, count) VALUES ('Notes', '1.0.0', '2026-01-01', @n) ON CONFLICT (slug, version, day) DO UPDATE SET count = download_daily.count + excluded.count RETURNING count";

        (await Database.WriteAsync(s => s.ScalarAsync<long>(Count, new { n = 2L }))).ShouldBe(2);
        (await Database.WriteAsync(s => s.ScalarAsync<long>(Count, new { n = 3L }))).ShouldBe(5);
    }

    [Fact]
    public async Task Sequence_numbers_rise_with_every_event()
    {
        const string Add = "INSERT INTO outbox (at, type, subject, data) VALUES (1, 't', 's', '{}') RETURNING seq";

        var first = await Database.WriteAsync(s => s.ScalarAsync<long>(Add));
        var second = await Database.WriteAsync(s => s.ScalarAsync<long>(Add));

        second.ShouldBeGreaterThan(first);
    }

    protected const string InsertPlugin =
        "INSERT INTO plugin (id, user_id, plugin_slug, version, digest, enabled, generation, created_at, updated_at) VALUES (@Id, @User, @Slug, '1.0.0', 'd', @enabled, 1, 1, 1)";

    protected static object Plugin(string user, string slug, bool enabled = false) => new { Id = $"{user}_{slug}", User = user, Slug = slug, enabled };

    protected Task<string> AddUserAsync(string name) => Database.WriteAsync(s => AddUserAsync(s, name));

    protected static async Task<string> AddUserAsync(DbSession session, string name)
    {
        var id = Guid.NewGuid().ToString("N");
        await session.ExecuteAsync(
            "INSERT INTO users (id, username, username_folded, created_at) VALUES (@id, @name, @folded, @at)",
            new { id, name, folded = name.ToLowerInvariant(), at = 7L });
        return id;
    }

    protected Task<long> CountUsersAsync() => Database.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM users"));

    protected abstract Task<IDatabase> OpenAsync();

    private sealed record UserRow(string Id, string Username, string? PasswordHash, long CreatedAt, long? DisabledAt);

    private sealed record NameAndTime(string Name, long? Time);

    private sealed class PluginRow
    {
        public string PluginSlug { get; set; } = "";

        public bool Enabled { get; set; }

        public long? PreviousGeneration { get; set; }
    }
}
