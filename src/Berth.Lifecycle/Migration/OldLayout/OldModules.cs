namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>
/// Gives every row of <c>module</c> to its plugin: by <c>plugin_id</c>; without one by its own id, which is
/// <c>{user_id}_{slug}_{name}</c> or <c>{user_id}_{name}</c>.
/// </summary>
internal sealed class OldModules
{
    private readonly Dictionary<string, int> _byId = new(StringComparer.Ordinal);
    private readonly ILookup<string, int> _byUser;
    private readonly IReadOnlyList<OldClaim> _claims;

    private OldModules(IReadOnlyList<OldClaim> claims)
    {
        _claims = claims;
        for (var i = 0; i < claims.Count; i++)
            _byId.TryAdd(Folded(claims[i].Row!.Id, claims[i].UserId), i);
        _byUser = Enumerable.Range(0, claims.Count).ToLookup(i => OldIds.UserKey(claims[i].UserId), StringComparer.Ordinal);
    }

    /// <summary>The rows of each claim; what belongs to none is reported.</summary>
    public static IReadOnlyList<IReadOnlyList<OldRow>> Distribute(
        IReadOnlyList<IReadOnlyDictionary<string, string?>> rows, IReadOnlyList<OldClaim> claims, OldFindings findings)
    {
        var owners = new OldModules(claims);
        var modules = claims.Select(_ => new List<OldRow>()).ToList();
        foreach (var columns in rows)
        {
            var row = new OldRow(Filled(columns, "id") ?? $"{Filled(columns, "plugin_id")}_{Filled(columns, "name")}", columns);
            if (owners.Find(columns, row.Id) is not { } owner)
            {
                findings.Add(
                    OldBucket.OrphanedModule, $"The module '{row.Id}' belongs to the plugin '{Filled(columns, "plugin_id") ?? "(none)"}', which has no row. It is not carried over and stays in the old database.",
                    Filled(columns, "user_id"));
                continue;
            }

            OldDatabase.CheckJson(row, "module", findings, claims[owner].UserId, claims[owner].Slug);
            modules[owner].Add(row);
        }

        return modules;
    }

    private int? Find(IReadOnlyDictionary<string, string?> columns, string id)
    {
        var user = Filled(columns, "user_id");
        if (Filled(columns, "plugin_id") is { } plugin)
            return _byId.TryGetValue(Folded(plugin, user), out var owner) ? owner : null;
        var plugins = user is null
            ? Enumerable.Range(0, _claims.Count).Where(i => OldIds.After(id, _claims[i].UserId) is not null).ToList()
            : [.. _byUser[OldIds.UserKey(user)]];
        var named = plugins.Where(i => OldIds.After(id, _claims[i].UserId) is { } rest && rest.StartsWith(_claims[i].Slug + "_", StringComparison.Ordinal))
            .OrderByDescending(i => _claims[i].Slug?.Length ?? 0).Select(i => (int?)i).FirstOrDefault();

        // "{user_id}_{name}" names no plugin; with one plugin there is no choice.
        return named ?? (plugins.Count == 1 ? plugins[0] : null);
    }

    // Ids whose user is written with dashes and without are one id.
    private static string Folded(string pluginId, string? user)
    {
        var owner = string.IsNullOrEmpty(user) && pluginId.IndexOf('_', StringComparison.Ordinal) is > 0 and var split ? pluginId[..split] : user;
        return owner is not null && OldIds.After(pluginId, owner) is { } rest ? $"{OldIds.UserKey(owner)}_{rest}" : pluginId;
    }

    private static string? Filled(IReadOnlyDictionary<string, string?> columns, string name) =>
        columns.GetValueOrDefault(name)?.Trim() is { Length: > 0 } text ? text : null;
}
