using Berth.Data.Sessions;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Installations;

/// <summary>
/// Who has what, in memory: a snapshot for each user that somebody asked for lately, bounded by the number of users and
/// installations together. A read that hits takes no lock.
/// </summary>
internal sealed class InstallationSnapshots(IDatabase database) : IInstallations
{
    private const long Capacity = 200_000;
    private readonly BoundedSnapshots<string, UserState> _users = new(Capacity);

    public CacheFigures Figures => _users.Figures;

    public ValueTask<UserInstallations> OfUserAsync(string userId, CancellationToken cancellationToken = default) =>
        _users.TryGet(userId, out var user) && user.Snapshot is { } snapshot
            ? ValueTask.FromResult(snapshot)
            : new ValueTask<UserInstallations>(LoadAsync(userId, cancellationToken));

    public async Task<IReadOnlyList<InstalledModule>> ModulesAsync(string userId, string pluginId, CancellationToken cancellationToken = default)
    {
        var rows = await database.ReadAsync(
            session => session.QueryAsync<InstalledModuleRow>(
                $"{InstalledModuleRow.Select} WHERE m.plugin_id = @pluginId AND m.user_id = @userId", new { pluginId, userId }),
            cancellationToken);
        return Ordered(rows);
    }

    public async Task<IReadOnlyList<InstalledModule>> ModulesAsync(string userId, CancellationToken cancellationToken = default) =>
        Ordered(await database.ReadAsync(
            session => session.QueryAsync<InstalledModuleRow>($"{InstalledModuleRow.Select} WHERE m.user_id = @userId", new { userId }), cancellationToken));

    /// <summary>Puts what an operation committed into the user's snapshot. <see langword="null"/> removes.</summary>
    public void Committed(string userId, string slug, InstalledPlugin? plugin) => Change(userId, before =>
    {
        var others = before.Plugins.Where(one => !string.Equals(one.Slug, slug, StringComparison.Ordinal));
        return plugin is null ? [.. others] : [.. others.Append(plugin).OrderBy(one => one.Slug, StringComparer.Ordinal)];
    });

    // Here and not in the database, whose two dialects sort texts in different ways.
    private static IReadOnlyList<InstalledModule> Ordered(IReadOnlyList<InstalledModuleRow> rows) =>
        [.. rows.OrderBy(row => row.PluginId, StringComparer.Ordinal).ThenBy(row => row.Priority).ThenBy(row => row.Name, StringComparer.Ordinal).Select(row => row.ToSnapshot())];

    /// <summary>Forgets a snapshot that turned out to be old; the next read asks the database.</summary>
    public void Forget(string userId)
    {
        if (_users.Contains(userId))
            Change(userId, change: null);
    }

    /// <summary>Forgets all of them.</summary>
    public void ForgetAll()
    {
        foreach (var userId in _users.Keys)
            Forget(userId);
    }

    private void Change(string userId, Func<UserInstallations, IReadOnlyList<InstalledPlugin>>? change)
    {
        var user = _users.GetOrAdd(userId, static _ => new UserState());
        lock (user)
        {
            // A load that is under way may have read what was before the commit: it looks at this number and reads again.
            user.Changes++;
            if (user.Snapshot is not { } before)
                return;
            user.Snapshot = change is null ? null : new UserInstallations(userId, change(before));
        }

        _users.Weigh(userId, user.Weight);
    }

    private Task<UserInstallations> LoadAsync(string userId, CancellationToken cancellationToken)
    {
        var user = _users.GetOrAdd(userId, static _ => new UserState());
        lock (user)
        {
            if (user.Snapshot is { } snapshot)
                return Task.FromResult(snapshot);
            user.Loading ??= Task.Run(() => LoadAsync(userId, user), CancellationToken.None);
            return user.Loading.WaitAsync(cancellationToken);
        }
    }

    private async Task<UserInstallations> LoadAsync(string userId, UserState user)
    {
        try
        {
            while (true)
            {
                var changes = Volatile.Read(ref user.Changes);
                var rows = await database.ReadAsync(session => session.QueryAsync<InstallationRow>(
                    $"SELECT {PluginRows.Columns} FROM plugin WHERE user_id = @userId", new { userId }));
                var snapshot = new UserInstallations(
                    userId, [.. rows.Select(row => row.ToSnapshot(userId)).OrderBy(plugin => plugin.Slug, StringComparer.Ordinal)]);
                lock (user)
                {
                    if (user.Changes != changes)
                        continue;
                    user.Snapshot = snapshot;
                    user.Loading = null;
                }

                _users.Weigh(userId, user.Weight);
                return snapshot;
            }
        }
        catch
        {
            lock (user)
                user.Loading = null;
            throw;
        }
    }

    /// <summary>The one mutable holder of a user's snapshot. Writers lock it; readers read the volatile field.</summary>
    private sealed class UserState
    {
        private volatile UserInstallations? _snapshot;

        public UserInstallations? Snapshot
        {
            get => _snapshot;
            set => _snapshot = value;
        }

        public int Changes;

        public Task<UserInstallations>? Loading { get; set; }

        public int Weight => 1 + (_snapshot?.Plugins.Count ?? 0);
    }
}
