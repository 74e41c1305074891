namespace Berth.Registry.Publishers;

/// <summary>What a member of a publisher may do; each role includes those below it.</summary>
public static class PublisherRoles
{
    /// <summary>Everything, the other owners and the publisher's end included.</summary>
    public const string Owner = "owner";

    /// <summary>Members, prefixes, proofs, transfers, deleting versions.</summary>
    public const string Admin = "admin";

    /// <summary>Publishing, yanking, deprecating, channels.</summary>
    public const string Maintainer = "maintainer";

    /// <summary>Seeing who belongs to it.</summary>
    public const string Viewer = "viewer";

    /// <summary>All roles, the greatest first.</summary>
    public static IReadOnlyList<string> All { get; } = [Owner, Admin, Maintainer, Viewer];

    /// <summary>Whether somebody with <paramref name="role"/> may do what <paramref name="needed"/> may.</summary>
    public static bool Covers(string? role, string needed)
    {
        var (has, needs) = (Rank(role), Rank(needed));
        return has >= 0 && needs >= 0 && has <= needs;
    }

    private static int Rank(string? role)
    {
        for (var i = 0; i < All.Count; i++)
        {
            if (All[i] == role)
                return i;
        }

        return -1;
    }
}
