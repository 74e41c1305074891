using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Tests.Operations.Model;

/// <summary>
/// What a set of versions must be for a user, by trying them all. The resolver is not imitated: its answer is judged.
/// </summary>
internal sealed class ModelSets(ModelUser user, IReadOnlyDictionary<string, string> sitePins)
{
    /// <summary>The newest of these versions for which there is a set.</summary>
    public ModelVersion? NewestPossible(IEnumerable<ModelVersion> roots) => roots.FirstOrDefault(Exists);

    /// <summary>Versions that an update may lead to, newest first.</summary>
    public IEnumerable<ModelVersion> UpdatesOf(ModelInstallation plugin) =>
        ModelCatalogue.VersionsOf(plugin.Slug).Where(version => version.Version.CompareTo(plugin.Version.Version) > 0 && Sees(version));

    /// <summary>Whether these versions, put in force together, leave everything in order, and none of them is superfluous.</summary>
    public bool IsGood(IReadOnlyList<ModelVersion> set, ModelVersion root) =>
        IsConsistent(set, root) && !set.Any(member => member != root && IsConsistent([.. set.Where(one => one != member)], root));

    /// <summary>Whether the site's pin, or the user's unless the site's leaves nothing of it, keeps a version away.</summary>
    public bool Forbids(ModelVersion version, bool onlySite = false)
    {
        var site = sitePins.TryGetValue(version.Slug, out var pin) ? VersionRange.Parse(pin) : null;
        if (site is not null && !site.Contains(version.Version, includePrerelease: true))
            return true;
        if (onlySite || user.Installed.GetValueOrDefault(version.Slug)?.Pinned is not { } mine)
            return false;
        var own = VersionRange.Parse(mine);
        var isOverruled = site is not null
            && !ModelCatalogue.VersionsOf(version.Slug).Any(one => site.Contains(one.Version, includePrerelease: true) && own.Contains(one.Version, includePrerelease: true));
        return !isOverruled && !own.Contains(version.Version, includePrerelease: true);
    }

    // No pin of these runs names a prerelease, so that only a channel lets one in.
    private bool Sees(ModelVersion version) =>
        !version.Version.IsPrerelease || user.Installed.GetValueOrDefault(version.Slug)?.Channel == version.Version.Prerelease.Split('.')[0];

    private bool Exists(ModelVersion root)
    {
        IEnumerable<IReadOnlyList<ModelVersion>> sets = [[root]];
        foreach (var slug in ModelCatalogue.Slugs.Where(slug => slug != root.Slug))
        {
            var options = ModelCatalogue.VersionsOf(slug)
                .Where(version => !user.Installed.TryGetValue(slug, out var present) || version.Version.CompareTo(present.Version.Version) > 0).ToList();
            sets = sets.SelectMany(set => options.Select(option => (IReadOnlyList<ModelVersion>)[.. set, option]).Prepend(set));
        }

        return sets.Any(set => IsConsistent(set, root));
    }

    private bool IsConsistent(IReadOnlyList<ModelVersion> decided, ModelVersion root)
    {
        if (decided.Any(version => Forbids(version)))
            return false;
        var kept = user.Installed.Values.Where(one => decided.All(version => version.Slug != one.Slug)).ToList();
        return decided.All(version =>
                version.Needs.All(need => IsMet(need.Key, need.Value, decided, kept, root))
                && !Clash(version, decided.Concat(kept.Select(one => one.Version))))
            && kept.All(one =>
                (!one.Enabled || one.Version.Needs.All(need => decided.All(version => version.Slug != need.Key || Fits(version, need.Value, root))))
                && !Clash(one.Version, decided));
    }

    private bool IsMet(string slug, VersionRange range, IReadOnlyList<ModelVersion> decided, List<ModelInstallation> kept, ModelVersion root)
    {
        if (kept.Find(one => one.Slug == slug) is { } present)
            return present.Enabled && range.Contains(present.Version.Version, includePrerelease: true);
        return decided.FirstOrDefault(version => version.Slug == slug) is { } version
            && user.Installed.GetValueOrDefault(slug)?.Enabled is not false && Fits(version, range, root);
    }

    private bool Fits(ModelVersion version, VersionRange range, ModelVersion root) => range.Contains(version.Version, includePrerelease: version == root || Sees(version));

    private static bool Clash(ModelVersion version, IEnumerable<ModelVersion> others) =>
        others.Any(other => version.Excludes.TryGetValue(other.Slug, out var range) && range.Contains(other.Version, includePrerelease: true));
}
