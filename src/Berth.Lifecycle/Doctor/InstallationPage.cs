using Berth.Data.Sessions;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Rows;

namespace Berth.Lifecycle.Doctor;

/// <summary>Installations with all rows that belong to them, of one consistent moment.</summary>
internal sealed class InstallationPage
{
    private readonly ILookup<string, ModuleRowId> _modules;
    private readonly HashSet<(string User, string Slug, long Generation)> _generations;
    private readonly HashSet<(string User, string Slug)> _running;

    private InstallationPage(
        IReadOnlyList<InstallationRow> rows, IReadOnlyList<ModuleRowId> modules, IReadOnlyList<GenerationRowId> generations, IReadOnlyList<RunningRowId> running)
    {
        Rows = rows;
        _modules = modules.ToLookup(row => row.PluginId, StringComparer.Ordinal);
        _generations = [.. generations.Select(row => (row.UserId, row.PluginSlug, row.Generation))];
        _running = [.. running.Select(row => (row.UserId, row.PluginSlug))];
    }

    public IReadOnlyList<InstallationRow> Rows { get; }

    public IReadOnlyList<ModuleRowId> ModulesOf(string pluginId) => [.. _modules[pluginId]];

    public bool HasGeneration(InstallationRow row, long generation) => _generations.Contains((row.UserId, row.PluginSlug, generation));

    public bool IsRunning(InstallationRow row) => _running.Contains((row.UserId, row.PluginSlug));

    public static async Task<InstallationPage> ReadAsync(DbSession session, string after, int limit) => await WithRowsAsync(
        session,
        await session.QueryAsync<InstallationRow>($"SELECT {PluginRows.Columns} FROM plugin WHERE id > @after ORDER BY id LIMIT @limit", new { after, limit }));

    public static async Task<InstallationPage> ReadOneAsync(DbSession session, string id) => await WithRowsAsync(
        session, await session.QueryAsync<InstallationRow>($"SELECT {PluginRows.Columns} FROM plugin WHERE id = @id", new { id }));

    private static async Task<InstallationPage> WithRowsAsync(DbSession session, IReadOnlyList<InstallationRow> rows)
    {
        if (rows.Count == 0)
            return new InstallationPage([], [], [], []);
        var ids = rows.Select(row => row.Id).ToList();
        var users = rows.Select(row => row.UserId).Distinct(StringComparer.Ordinal).ToList();
        return new InstallationPage(
            rows,
            await session.QueryAsync<ModuleRowId>("SELECT id, plugin_id, user_id, name FROM module WHERE plugin_id IN @ids", new { ids }),
            await session.QueryAsync<GenerationRowId>("SELECT user_id, plugin_slug, generation FROM user_data_generation WHERE user_id IN @users", new { users }),
            await session.QueryAsync<RunningRowId>("SELECT user_id, plugin_slug FROM operation WHERE user_id IN @users AND state = 'running' AND kind <> 'bulk'", new { users }));
    }

    private sealed record GenerationRowId(string UserId, string PluginSlug, long Generation);

    private sealed record RunningRowId(string UserId, string PluginSlug);
}

/// <summary>What names a module row.</summary>
internal sealed record ModuleRowId(string Id, string PluginId, string UserId, string Name);
