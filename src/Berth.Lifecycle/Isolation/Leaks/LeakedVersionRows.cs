using Berth.Data.Sessions;
using Berth.Host;

namespace Berth.Lifecycle.Isolation.Leaks;

/// <summary>Statements on <c>leaked_version</c>.</summary>
internal static class LeakedVersionRows
{
    public static async Task<IReadOnlyList<LeakedVersion>> AllAsync(DbSession session) =>
        [.. (await session.QueryAsync<Row>("SELECT slug, version, roots, leaked_at FROM leaked_version ORDER BY slug, version"))
            .Select(row => new LeakedVersion(row.Slug, row.Version, row.Roots, DateTimeOffset.FromUnixTimeMilliseconds(row.LeakedAt)))];

    /// <summary>The first leak stays: it is why the version is where it is.</summary>
    public static Task<int> PutAsync(DbSession session, LeakedVersion leaked) => session.ExecuteAsync(
        "INSERT INTO leaked_version (slug, version, roots, leaked_at) VALUES (@Slug, @Version, @Roots, @at) ON CONFLICT (slug, version) DO NOTHING",
        new { leaked.Slug, leaked.Version, leaked.Roots, at = leaked.LeakedAt.ToUnixTimeMilliseconds() });

    public static async Task<bool> RemoveAsync(DbSession session, PluginVersionId id) =>
        await session.ExecuteAsync("DELETE FROM leaked_version WHERE slug = @Slug AND version = @Version", new { id.Slug, id.Version }) > 0;

    private sealed record Row(string Slug, string Version, string Roots, long LeakedAt);
}
