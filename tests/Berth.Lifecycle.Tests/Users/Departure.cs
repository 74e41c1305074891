using System.Text;
using Berth.Data.Sessions;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Tests.World;
using Berth.Lifecycle.Users;

namespace Berth.Lifecycle.Tests.Users;

/// <summary>Ada, who goes, Bob, who stays, and an administrator; what Ada leaves behind, wherever it is.</summary>
internal sealed record Departure(TestWorld World, OperationCaller Ada, OperationCaller Bob, OperationCaller Admin)
{
    public static async Task<Departure> PrepareAsync(TestWorld world)
    {
        await Scenario.PublishAsync(world.Registry);
        var (ada, bob, admin) = (await world.AddUserAsync("ada"), await world.AddUserAsync("bob"), await world.AddUserAsync("root"));
        await world.Database.WriteAsync(session => session.ExecuteAsync("UPDATE users SET roles = '[\"admin\"]' WHERE id = @UserId", new { admin.UserId }));
        await world.InstallAsync(ada, "Echo", "1.0.0");
        await world.WriteAsync(ada, "Echo", "mine", "7");
        await world.Operations.UpdateAsync(ada, new UpdateRequest("Echo"));
        await world.InstallAsync(ada, "Charts", "1.0.0");
        await world.WriteAsync(ada, "Charts", "chart", "\"ada's\"");
        await world.InstallAsync(bob, "Charts", "2.0.0");
        await world.WriteAsync(bob, "Charts", "chart", "\"bob's\"");
        await world.Database.WriteAsync(async session =>
        {
            var user = new { ada.UserId, bob = bob.UserId };
            await session.ExecuteAsync("INSERT INTO tokens (id, user_id, kind, hash, name, created_at) VALUES ('t1', @UserId, 'pat', 'h1', 'n', 0)", user);
            await session.ExecuteAsync("INSERT INTO package (slug, slug_folded, owner_id, trust_level, created_at, updated_at) VALUES ('Made', 'made', @UserId, 'community', 0, 0)", user);
            await session.ExecuteAsync("INSERT INTO private_version (digest, slug, slug_folded, version, size, manifest, trust_level, added_by, added_at) VALUES ('d1', 'Own', 'own', '1.0.0', 1, '{}', 'community', @UserId, 0)", user);
            await session.ExecuteAsync("INSERT INTO private_reader (digest, user_id, granted_by, at) VALUES ('d1', @UserId, @UserId, 0)", user);
            await session.ExecuteAsync("INSERT INTO private_reader (digest, user_id, granted_by, at) VALUES ('d1', @bob, @UserId, 0)", user);
            await session.ExecuteAsync("INSERT INTO share (id, from_user, to_user, recipient, plugin_slug, version, digest, state, created_at, expires_at, updated_at) VALUES ('s1', @UserId, @bob, 'bob', 'Own', '1.0.0', 'd1', 'offered', 0, 0, 0)", user);
            await session.ExecuteAsync("INSERT INTO outbox (at, type, subject, user_id, data) VALUES (0, 'berth.share.offered', 's1', @bob, @data)", new { bob = bob.UserId, data = $$"""{"from":"{{ada.UserId}}"}""" });
            await SettingsAsync(session, ada);
            await JournalsAsync(session, ada, bob, admin);
            return true;
        });
        return new Departure(world, ada, bob, admin);
    }

    private static async Task SettingsAsync(DbSession session, OperationCaller ada)
    {
        var plugin = new { id = $"{ada.UserId}_Echo", ada.UserId };
        await session.ExecuteAsync("UPDATE plugin SET config = '{\"greeting\":\"hello\"}', secrets = '{\"/key\":\"sealed\"}', previous_secrets = '{\"/key\":\"sealed before\"}' WHERE id = @id", plugin);
        await session.ExecuteAsync("INSERT INTO module_choice (plugin_id, user_id, name, enabled, settings, updated_at) VALUES (@id, @UserId, 'Any', 0, '{}', 0)", plugin);
    }

    /// <summary>Texts that name her: of operations on many users, of answers kept for others, of the migration that brought her.</summary>
    private static async Task JournalsAsync(DbSession session, OperationCaller ada, OperationCaller bob, OperationCaller admin)
    {
        for (var i = 0; i < 3; i++)
        {
            await session.ExecuteAsync(
                """
                INSERT INTO operation (id, kind, user_id, plugin_slug, state, step, data, progress, node, lease_until, created_at, updated_at)
                VALUES (@id, 'bulk', @root, 'Echo', 'succeeded', 'end', @data, @progress, 'n', 0, 0, 0)
                """,
                new
                {
                    id = OperationJournal.NewId(),
                    root = admin.UserId,
                    data = $$"""{"operation":"install","users":["{{ada.UserId}}","{{bob.UserId}}"]}""",
                    progress = $$"""{"total":2,"failures":[{"user_id":"{{ada.UserId}}","code":"x"},{"user_id":"{{bob.UserId}}","code":"x"}]}""",
                });
        }

        await session.ExecuteAsync(
            "INSERT INTO idempotency (id, fingerprint, attempt, lease_until, status, location, body, created_at) VALUES ('k1', 'f', '', 0, 201, NULL, @body, 0)",
            new { body = Encoding.UTF8.GetBytes($$"""{"plugin_id":"{{ada.UserId}}_Echo"}""") });
        await session.ExecuteAsync(
            "INSERT INTO idempotency (id, fingerprint, attempt, lease_until, status, location, body, created_at) VALUES ('k2', 'f', '', 0, 201, @location, NULL, 0)",
            new { location = $"/users/{ada.UserId}" });
        await session.ExecuteAsync("INSERT INTO migration (id, fingerprint, state, started_at, updated_at) VALUES ('m1', 'f', 'verified', 0, 0)");
        foreach (var (kind, key, detail) in new[]
        {
            ("user", ada.UserId, "{}"), ("reader", $"d1/{ada.UserId}", "{}"), ("installation", $"{ada.UserId}_Echo", $$"""{"user_id":"{{ada.UserId}}","version":"1.0.0"}"""),
            ("user", bob.UserId, "{}"), ("installation", $"{bob.UserId}_Charts", "{}"), ("package", "Echo/1.0.0", "{}"),
        })
        {
            await session.ExecuteAsync("INSERT INTO migration_item (migration_id, kind, key, created, detail) VALUES ('m1', @kind, @key, 1, @detail)", new { kind, key, detail });
        }
    }

    public UserRemovalRequest Request(bool handsOver) => new(Ada.UserId, handsOver ? Bob.UserId : null, Admin.UserId, "request-1");

    /// <summary>Tables and columns that still name the user, but for those that may.</summary>
    public async Task<IReadOnlyList<string>> TracesAsync()
    {
        var columns = await World.Database.ReadAsync(session => session.QueryAsync<Column>(session.Kind == DatabaseKind.Sqlite
            ? "SELECT m.name AS table_name, p.name AS column_name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' AND m.name NOT LIKE 'sqlite_%'"
            : "SELECT CAST(table_name AS TEXT) AS table_name, CAST(column_name AS TEXT) AS column_name FROM information_schema.columns WHERE table_schema = current_schema()"));
        columns.Count.ShouldBeGreaterThan(80);
        var traces = new List<string>();
        foreach (var column in columns.Where(column => column.TableName is not "audit"))
        {
            // One event tells other systems that the user is gone; it goes with its retention.
            var except = column.TableName == "outbox" ? " AND type <> 'berth.user.deleted'" : "";
            if (await World.CountAsync($"SELECT COUNT(*) FROM {column.TableName} WHERE CAST({column.ColumnName} AS TEXT) LIKE @like{except}", new { like = $"%{Ada.UserId}%" }) > 0)
                traces.Add($"{column.TableName}.{column.ColumnName}");
        }

        if (Directory.Exists(Path.GetDirectoryName(World.Store.Paths.UserRecord(Ada.UserId))))
            traces.Add("the user's folder");
        return traces;
    }

    private sealed record Column(string TableName, string ColumnName);
}
