using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>
/// Finds the folder of every row, and makes claims of folders and notes that no row names. Names are compared without
/// regard to case; a difference is reported.
/// </summary>
internal sealed class OldMatching(FoundLayout layout, OldFindings findings)
{
    private readonly ILookup<string, FoundFolder> _owned = layout.Owned.ToLookup(folder => OldIds.UserKey(folder.Owner!), StringComparer.Ordinal);
    private readonly ILookup<string, FoundFolder> _shared = layout.Shared.ToLookup(folder => folder.Name.ToUpperInvariant(), StringComparer.Ordinal);
    private readonly HashSet<FoundFolder> _claimed = new(ReferenceEqualityComparer.Instance);

    public IReadOnlyList<OldClaim> Match(IReadOnlyList<OldClaim> rows)
    {
        // What can be carried over chooses first; of two rows of one plugin only one gets the folder.
        var matched = rows.Select((claim, i) => (claim, i)).OrderBy(one => one.claim.Obstacle is not null).ThenBy(one => one.i)
            .Select(one => WithFolder(one.claim)).ToList();
        matched.AddRange(layout.Owned.Where(folder => !_claimed.Contains(folder)).Select(folder => new OldClaim(folder.Owner!, null, null, null, []) { Folder = folder }));
        var known = matched.Select(claim => claim.Slug is null ? OldClaim.KeyOf(claim.UserId, SlugOf(claim.Folder!)) : claim.Key).ToHashSet();
        foreach (var reference in layout.References.Where(reference => known.Add(OldClaim.KeyOf(reference.Owner, reference.Slug))))
        {
            if (FindShared(reference.Slug, OldVersionText.Normalize(reference.Version), reference.Version is null) is { } folder)
                matched.Add(new OldClaim(reference.Owner, reference.Slug, folder.VersionName, null, []) { Folder = Claimed(folder) });
            else
                findings.Stray(reference.RelativePath, $"It says that the user has '{reference.Slug}' {reference.Version}, of which there is neither a row nor a file.", reference.Owner);
        }

        foreach (var folder in layout.Shared.Where(folder => !_claimed.Contains(folder)))
            findings.Add(OldBucket.FilesWithoutRow, "No user has this shared version. It is not carried over and stays where it is.", null, folder.Name, OldVersionText.Normalize(folder.VersionName), folder.RelativePath);
        return matched;
    }

    /// <summary>The slug that a folder's name says: what follows the user in a plugin's id, otherwise the name.</summary>
    public static string SlugOf(FoundFolder folder) => (folder.Owner is null ? null : OldIds.After(folder.Name, folder.Owner)) ?? folder.Name;

    private OldClaim WithFolder(OldClaim claim)
    {
        if (claim.Slug is not { Length: > 0 } slug)
            return claim;
        var version = OldVersionText.Normalize(claim.VersionText);
        var own = _owned[OldIds.UserKey(claim.UserId)]
            .Where(folder => !_claimed.Contains(folder) && SlugOf(folder).Equals(slug, StringComparison.OrdinalIgnoreCase))
            .OrderBy(folder => folder.VersionName is null ? 1 : OldVersionText.Normalize(folder.VersionName) == version ? 0 : 2)
            .ThenBy(folder => folder.Name == slug ? 0 : SlugOf(folder) == slug ? 1 : 2)
            .ThenByDescending(VersionOf)
            .ThenBy(folder => folder.RelativePath, StringComparer.Ordinal)
            .FirstOrDefault();
        if ((own ?? FindShared(slug, version, isAnyVersion: false)) is not { } found)
            return claim;
        Compare(claim, slug, version, found);
        return claim with { Folder = Claimed(found) };
    }

    private void Compare(OldClaim claim, string slug, string? version, FoundFolder found)
    {
        if (SlugOf(found) != slug)
            findings.Add(OldBucket.Remark, $"The folder is written '{found.Name}' and the row '{slug}'. The plugin is called '{slug}', as the database says.", claim.UserId, slug, version, found.RelativePath);
        if (found.VersionName is { } name && OldVersionText.Normalize(name) != version)
            findings.Add(OldBucket.Remark, $"The folder is of version '{name}' and the row of '{claim.VersionText}'. The version is the row's, the files are the folder's.", claim.UserId, slug, version, found.RelativePath);
    }

    private FoundFolder? FindShared(string slug, string? version, bool isAnyVersion) =>
        _shared[slug.ToUpperInvariant()]
            .Where(folder => isAnyVersion || (version is not null && OldVersionText.Normalize(folder.VersionName) == version))
            .OrderBy(folder => folder.Name != slug)
            .ThenByDescending(VersionOf)
            .ThenBy(folder => folder.RelativePath, StringComparer.Ordinal)
            .FirstOrDefault();

    private FoundFolder Claimed(FoundFolder folder)
    {
        _claimed.Add(folder);
        return folder;
    }

    private static SemanticVersion? VersionOf(FoundFolder folder) =>
        SemanticVersion.TryParse(OldVersionText.Normalize(folder.VersionName), out var version) ? version : null;
}
