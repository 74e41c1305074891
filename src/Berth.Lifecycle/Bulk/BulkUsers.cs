using System.Globalization;
using System.Text.Json;
using Berth.Data.Sessions;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Bulk;

/// <summary>For whom a bulk operation is done: a page of users at a time, always in the same order.</summary>
internal sealed class BulkUsers(IDatabase database)
{
    public const int PageSize = 100;

    /// <summary>The slug as installations spell it.</summary>
    public Task<string> SpelledAsync(string slug, CancellationToken cancellationToken) => database.ReadAsync(
        async session =>
            await session.ScalarAsync<string>("SELECT plugin_slug FROM plugin WHERE plugin_slug = @slug LIMIT 1", new { slug })
            ?? await session.ScalarAsync<string>("SELECT plugin_slug FROM plugin WHERE LOWER(plugin_slug) = @folded LIMIT 1", new { folded = slug.ToLowerInvariant() })
            ?? slug,
        cancellationToken);

    public Task<long> CountAsync(BulkRequest request, CancellationToken cancellationToken) =>
        request.Users is { } users ? Task.FromResult<long>(users.Count)
        : database.ReadAsync(session => session.ScalarAsync<long>($"SELECT COUNT(*) FROM {From(request.Operation)}", new { slug = request.Slug }), cancellationToken);

    /// <summary>The users after the cursor, and the cursor after them; none when all are done.</summary>
    public Task<(IReadOnlyList<BulkUser> Users, string Cursor)> PageAsync(BulkData data, string slug, CancellationToken cancellationToken) => database.ReadAsync(
        async session =>
        {
            if (data.Users is { } named)
                return await NamedAsync(session, named, data.Cursor.Length == 0 ? 0 : int.Parse(data.Cursor, CultureInfo.InvariantCulture));
            var rows = await session.QueryAsync<UserRow>(
                $"SELECT u.id, u.username, u.roles FROM {From(data.Operation)} AND u.id > @after ORDER BY u.id LIMIT {PageSize}", new { slug, after = data.Cursor });
            return ((IReadOnlyList<BulkUser>)[.. rows.Select(Known)], rows.Count == 0 ? data.Cursor : rows[^1].Id);
        },
        cancellationToken);

    private static async Task<(IReadOnlyList<BulkUser> Users, string Cursor)> NamedAsync(DbSession session, IReadOnlyList<string> named, int from)
    {
        var page = named.Skip(from).Take(PageSize).ToList();
        // What has not the form of an id names nobody, and never reaches the database.
        var ids = page.Where(StorePaths.IsUserId).ToList();
        var rows = await session.QueryAsync<UserRow>("SELECT id, username, roles FROM users WHERE id IN @ids AND disabled_at IS NULL", new { ids });
        var known = rows.ToDictionary(row => row.Id, StringComparer.Ordinal);
        return ([.. page.Select(id => known.TryGetValue(id, out var row) ? Known(row) : new BulkUser(id, null, []))], (from + page.Count).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>To install, everybody; otherwise whoever has the plugin.</summary>
    private static string From(string operation) => operation == "install"
        ? "users u WHERE u.disabled_at IS NULL"
        : "plugin p JOIN users u ON u.id = p.user_id WHERE p.plugin_slug = @slug AND u.disabled_at IS NULL";

    private static BulkUser Known(UserRow row) => new(row.Id, row.Username, JsonSerializer.Deserialize(row.Roles, LifecycleJson.Default.StringArray) ?? []);

    private sealed record UserRow(string Id, string Username, string Roles);
}

/// <summary>A user of a bulk operation; without a name when there is no such user.</summary>
internal sealed record BulkUser(string Id, string? Name, IReadOnlyCollection<string> Roles);
