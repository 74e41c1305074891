using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>Makes claims of the rows of <c>plugin</c>, each with the rows of <c>module</c> that are its own.</summary>
internal sealed class OldRows(OldUsers users, OldFindings findings)
{
    public IReadOnlyList<OldClaim> Read(OldTables tables)
    {
        var claims = tables.Plugins.Select(ClaimOf).ToList();
        var modules = OldModules.Distribute(tables.Modules, claims, findings);
        return [.. WithoutTwins(claims.Select((claim, i) => claim with { Modules = modules[i] }))];
    }

    private OldClaim ClaimOf(IReadOnlyDictionary<string, string?> columns)
    {
        var id = columns.GetValueOrDefault("id")?.Trim() ?? "";
        var user = Filled(columns, "user_id") ?? UserIn(id);
        var slug = Filled(columns, "plugin_slug") ?? (user is null ? null : OldIds.After(id, user)) ?? Filled(columns, "name");
        var row = new OldRow(id.Length > 0 ? id : $"{user}_{slug}", columns);
        var userId = user is null ? "" : users.Find(user)?.Id ?? user;
        OldDatabase.CheckJson(row, "plugin", findings, userId, slug);
        return new OldClaim(userId, slug, columns.GetValueOrDefault("version")?.Trim(), row, []) { Obstacle = ObstacleOf(row, userId, slug) };
    }

    private string? ObstacleOf(OldRow row, string userId, string? slug)
    {
        if (userId.Length == 0)
            return Report(OldBucket.NotMigrated, $"The row '{row.Id}' of 'plugin' names no user. Write user_id into it in the old database and migrate again.", userId, slug);
        if (users.Find(userId) is null)
            return Report(OldBucket.UnknownUser, $"The row '{row.Id}' belongs to a user that 'users' does not have. It is not carried over; its files stay where they are. Create the user with this id in the old database and migrate again.", userId, slug);
        if (slug is null || !StorePaths.IsSlug(slug) || slug.EndsWith('.'))
            return Report(OldBucket.NotMigrated, $"'{slug}' cannot be a plugin's name in Berth. Rename the plugin in the old database (a letter, then letters, digits, '.', '_' or '-') and migrate again.", userId, slug);
        return null;
    }

    // One user, one plugin, two rows: the one that carries the id such a row has by rule is the plugin.
    private IEnumerable<OldClaim> WithoutTwins(IEnumerable<OldClaim> claims)
    {
        foreach (var twins in claims.GroupBy(claim => claim.Key))
        {
            var first = twins.OrderBy(claim => claim.Obstacle is not null)
                .ThenBy(claim => claim.Row!.Id != $"{claim.UserId}_{claim.Slug}")
                .ThenBy(claim => claim.Row!.Id, StringComparer.Ordinal)
                .First();
            foreach (var claim in twins)
            {
                yield return ReferenceEquals(claim, first) || claim.Obstacle is not null ? claim : claim with
                {
                    Obstacle = Report(OldBucket.NotMigrated, $"The user has this plugin in two rows; '{first.Row!.Id}' is carried over and '{claim.Row!.Id}' is not. Delete one of them.", claim.UserId, claim.Slug),
                };
            }
        }
    }

    private string? UserIn(string id) =>
        users.All.Where(user => OldIds.After(id, user.Id) is not null).MaxBy(user => user.Id.Length)?.Id
        ?? (id.IndexOf('_', StringComparison.Ordinal) is > 0 and var split ? id[..split] : null);

    private string Report(OldBucket bucket, string message, string userId, string? slug)
    {
        findings.Add(bucket, message, userId, slug);
        return message;
    }

    private static string? Filled(IReadOnlyDictionary<string, string?> columns, string name) =>
        columns.GetValueOrDefault(name)?.Trim() is { Length: > 0 } text ? text : null;
}
