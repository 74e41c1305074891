using System.Text;
using Berth.Data.Sessions;
using Berth.Lifecycle.Migration;
using Berth.Lifecycle.Migration.Apply;
using Berth.Lifecycle.Migration.OldLayout;
using Berth.Lifecycle.Migration.Report;
using Berth.Lifecycle.Migration.Verify;
using Berth.Lifecycle.Tests.World;

namespace Berth.Lifecycle.Tests.Migration;

/// <summary>An old system on disk and a Berth to migrate it into.</summary>
internal sealed class MigrationBed : IAsyncDisposable
{
    private readonly TestFolder _folder = new();

    private MigrationBed(TestWorld world, Func<string, OldWorldBuilder> old)
    {
        World = world;
        Old = old(_folder.Path).Write();
    }

    public TestWorld World { get; }

    public OldWorldBuilder Old { get; }

    public string OldFolder => _folder.Path;

    public MigrationWork Work => new(World.Get<MigrationParts>(), MigrationProgress.None);

    public static async Task<MigrationBed> CreateAsync(DatabaseKind kind = DatabaseKind.Sqlite, Func<string, OldWorldBuilder>? old = null) =>
        new(await TestWorld.CreateAsync(kind), old ?? OldWorlds.EveryCase);

    /// <summary>Three users, two plugins, three contents, one of them cut: small enough to be killed at every step.</summary>
    public static OldWorldBuilder Small(string root)
    {
        var files = OldPluginFiles.Make("Notes", "1.0.5");
        return new OldWorldBuilder(root)
            .User(OldWorlds.Ana, "ana").User(OldWorlds.Ben, "ben").User(OldWorlds.Dora, "dora")
            .Plugin(new OldPlugin(OldWorlds.Ana, "Notes", "1.0.5") { Files = files })
            .Plugin(new OldPlugin(OldWorlds.Ben, "Notes", "1.0.5") { Files = files, HasSlugInModuleIds = false })
            .Plugin(new OldPlugin(OldWorlds.Dora, "Notes", "1.0.5") { Files = files.Cut() })
            .Plugin(new OldPlugin(OldWorlds.Dora, "Charts", "2.1.0") { HasRow = false });
    }

    public Task<OldSystem> ReadAsync() => new OldSystemReader().ReadAsync(Old.Plugins, Old.Database);

    public async Task<MigrationReport> PlanAsync() =>
        (await Work.PlanAsync(await ReadAsync(), CancellationToken.None)).ShouldBeOfType<MigrationOutcome.Planned>().Report;

    public async Task<MigrationReport> ApplyAsync() =>
        (await Work.ApplyAsync(await ReadAsync(), null, CancellationToken.None)).ShouldBeOfType<MigrationOutcome.Applied>().Report;

    public async Task<VerificationReport> VerifyAsync() =>
        await Work.VerifyAsync(await ReadAsync(), new ServedFromTables(World), CancellationToken.None);

    public async Task<RollbackReport> RollBackAsync() =>
        (await Work.RollBackAsync(CancellationToken.None)).ShouldBeOfType<MigrationOutcome.RolledBack>().Report;

    /// <summary>Everything that a migration may write, without the times at which it did.</summary>
    public async Task<string> DumpAsync()
    {
        var text = new StringBuilder();
        await AddAsync("users", "id, username, username_folded, password_hash, roles, created_at");
        await AddAsync("plugin", "id, user_id, plugin_slug, version, digest, enabled, config, granted, generation, previous_version, created_at, updated_at");
        await AddAsync("module", "id, plugin_id, user_id, name, display_name, description, icon, category, enabled, priority, props, config_fields, messages, required_services, dependencies, layout, tags, created_at, updated_at");
        await AddAsync("user_data_generation", "user_id, plugin_slug, generation, version");
        await AddAsync("private_version", "digest, slug, version, size, trust_level, added_by");
        await AddAsync("private_reader", "digest, user_id, granted_by");
        await AddAsync("store_version", "slug, version, digest, removing");
        await AddAsync("migration", "id, fingerprint, state");
        await AddAsync("migration_item", "migration_id, kind, key, created, detail");
        foreach (var folder in new[] { "shared", "users" }.Select(name => Path.Combine(World.PluginsDirectory, name)).Where(Directory.Exists))
        {
            // The description of a plugin in the store tells when each version came.
            foreach (var line in TreeListing.Of(folder, withTimes: false).Where(line => !line.Contains("metadata.json", StringComparison.Ordinal)))
                text.AppendLine(line);
        }

        return text.ToString();

        async Task AddAsync(string table, string columns)
        {
            var sql = $"SELECT {string.Join(" || '|' || ", columns.Split(", ").Select(column => $"COALESCE(CAST({column} AS TEXT), '-')"))} FROM {table}";
            foreach (var row in (await World.Database.ReadAsync(session => session.QueryAsync<string>(sql))).Order(StringComparer.Ordinal))
                text.Append(table).Append(": ").AppendLine(row);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Serves as the host's route does, from the user's snapshot and the version's file table. The server's tests use the route itself.</summary>
    private sealed class ServedFromTables(TestWorld world) : IServedFiles
    {
        public async Task<(string? Sha256, int Status)> ReadAsync(ServedInstallation installation, string path, CancellationToken cancellationToken)
        {
            var installed = await world.Installations.OfUserAsync(installation.UserId, cancellationToken);
            if (!installed.TryFind(installation.PluginId, out var plugin) || world.Store.Find(plugin.Slug, plugin.Version) is not { } stored || !stored.Files.TryFind(path, out var file))
                return (null, 404);
            var bytes = await File.ReadAllBytesAsync(file.Identity.FullPath, cancellationToken);
            return (Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), 200);
        }
    }
}
