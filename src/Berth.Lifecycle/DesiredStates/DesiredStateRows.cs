using Berth.Data.Sessions;
using Berth.Host;

namespace Berth.Lifecycle.DesiredStates;

/// <summary>Statements on <c>desired_state</c>.</summary>
internal static class DesiredStateRows
{
    public static async Task<IReadOnlyList<DesiredState>> AllAsync(DbSession session) =>
        [.. (await session.QueryAsync<Row>("SELECT slug, version, state, reason, set_by, set_at FROM desired_state ORDER BY slug, version, state"))
            .Select(row => new DesiredState(row.Slug, row.Version, row.State, row.Reason, row.SetBy, DateTimeOffset.FromUnixTimeMilliseconds(row.SetAt)))];

    public static Task<int> PutAsync(DbSession session, DesiredState state) => session.ExecuteAsync(
        """
        INSERT INTO desired_state (slug, version, state, reason, set_by, set_at) VALUES (@Slug, @Version, @State, @Reason, @SetBy, @at)
        ON CONFLICT (slug, version, state) DO UPDATE SET reason = excluded.reason, set_by = excluded.set_by, set_at = excluded.set_at
        """,
        new { state.Slug, state.Version, state.State, state.Reason, state.SetBy, at = state.SetAt.ToUnixTimeMilliseconds() });

    public static async Task<bool> IsThereAsync(DbSession session, PluginVersionId id, string state) =>
        await session.ScalarAsync<long>("SELECT COUNT(*) FROM desired_state WHERE slug = @Slug AND version = @Version AND state = @state", new { id.Slug, id.Version, state }) > 0;

    public static async Task<bool> RemoveAsync(DbSession session, PluginVersionId id, string state) =>
        await session.ExecuteAsync("DELETE FROM desired_state WHERE slug = @Slug AND version = @Version AND state = @state", new { id.Slug, id.Version, state }) > 0;

    private sealed record Row(string Slug, string Version, string State, string Reason, string SetBy, long SetAt);
}
