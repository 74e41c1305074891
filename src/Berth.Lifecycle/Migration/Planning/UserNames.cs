using Berth.Lifecycle.Migration.OldLayout;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Migration.Planning;

/// <summary>Gives every old user a name that is unique without regard to case, among themselves and among Berth's users.</summary>
internal static class UserNames
{
    public static IReadOnlyList<PlannedUser> Assign(IReadOnlyList<OldUser> users, TargetState target)
    {
        var taken = target.Users.Where(user => !target.ByUnfinished.Users.Contains(user.Key)).Select(user => user.Value).ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        List<PlannedUser> planned = [];
        foreach (var user in users.Where(user => StorePaths.IsUserId(user.NewId)).OrderBy(user => user.NewId, StringComparer.Ordinal))
        {
            if (!seen.Add(user.NewId))
                continue;
            var exists = target.Users.ContainsKey(user.NewId) && !target.ByUnfinished.Users.Contains(user.NewId);
            planned.Add(new PlannedUser(user, exists ? user.Name : Unique(user, taken), exists));
        }

        return planned;
    }

    /// <summary>As user names are compared when somebody signs in.</summary>
    public static string Fold(string username) => username.Normalize().ToLowerInvariant();

    private static string Unique(OldUser user, HashSet<string> taken)
    {
        if (taken.Add(Fold(user.Name)))
            return user.Name;
        var length = 4;
        while (length < user.NewId.Length && !taken.Add(Fold($"{user.Name}-{user.NewId[..length]}")))
            length += 4;
        return $"{user.Name}-{user.NewId[..length]}";
    }
}
