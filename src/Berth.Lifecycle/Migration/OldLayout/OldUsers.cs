namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>The users of the old system, found by any spelling of their id.</summary>
internal sealed class OldUsers
{
    private static readonly string[] NameColumns = ["username", "user_name", "email", "name", "full_name"];
    private readonly Dictionary<string, OldUser> _byKey = new(StringComparer.Ordinal);

    private OldUsers(IReadOnlyList<OldUser> all)
    {
        All = all;
        foreach (var user in all)
            _byKey.TryAdd(OldIds.UserKey(user.Id), user);
    }

    public IReadOnlyList<OldUser> All { get; }

    public OldUser? Find(string id) => _byKey.GetValueOrDefault(OldIds.UserKey(id));

    public static OldUsers From(OldTables tables, OldFindings findings)
    {
        List<OldUser> users = [];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in tables.Users)
        {
            if (row.GetValueOrDefault("id") is not { Length: > 0 } id)
            {
                findings.Add(OldBucket.NotMigrated, "A row of 'users' has no id. Give it one in the old database and migrate again.");
            }
            else if (seen.Add(OldIds.UserKey(id)))
            {
                users.Add(new OldUser(id, OldIds.NewUserId(id), NameOf(row) ?? id, row));
            }
            else
            {
                findings.Add(
                    OldBucket.NotMigrated, "Another row of 'users' has the same id, written with dashes or in other case. Both are one user; the first row counts. Delete one of them.", id);
            }
        }

        return new OldUsers(users);
    }

    private static string? NameOf(IReadOnlyDictionary<string, string?> row) =>
        NameColumns.Select(column => row.GetValueOrDefault(column)?.Trim()).FirstOrDefault(name => !string.IsNullOrEmpty(name));
}
