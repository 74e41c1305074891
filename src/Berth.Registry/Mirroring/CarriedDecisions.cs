using Berth.Packaging.Bundles;

namespace Berth.Registry.Mirroring;

/// <summary>Everything that a source decided, taken over at the end of an import, when all packages are here: a version's successor may stand behind it in the bundle, and keys have to be in force until their signatures are in.</summary>
internal sealed class CarriedDecisions(CarriedStates states, CarriedQuarantines quarantines, CarriedKeyStates keys, CarriedTold told)
{
    public async Task<BundleImport> CarryAsync(BundleIndex index, BundleImport import, CarriedFrom from, IReadOnlySet<string> newer, bool isDryRun, CancellationToken cancellationToken)
    {
        var versions = import.Versions.ToList();
        var lifted = new List<LiftedMark>();
        for (var i = 0; i < versions.Count; i++)
        {
            if (versions[i].State is not ("published" or "unchanged") || (versions[i].State == "unchanged" && CarriedTold.Has(newer, versions[i].Slug)))
                continue;
            var there = BundleDecision.Of(index.Versions.First(version => version.Slug == versions[i].Slug && version.Version == versions[i].Version));
            if (await CarryAsync(there) is { } left)
                versions[i] = versions[i] with { Detail = left };
        }

        var lefts = new List<string>();
        foreach (var there in (index.Others ?? []).Where(there => !CarriedTold.Has(newer, there.Slug)))
        {
            if (await CarryAsync(there) is { } left)
                lefts.Add($"{there.Slug} {there.Version}: {left}");
        }

        var stops = index.Quarantined is { } stopped && !CarriedTold.HasQuarantines(newer) ? await quarantines.CarryAsync(stopped, from, isDryRun, cancellationToken) : CarriedStops.None;
        lifted.AddRange(stops.Lifted.Select(subject => new LiftedMark(subject[..subject.IndexOf('@', StringComparison.Ordinal)], subject[(subject.IndexOf('@', StringComparison.Ordinal) + 1)..], CarriedMemory.Quarantine)));
        var changes = await keys.FollowAsync(index.KeyStates ?? [], from, isDryRun, cancellationToken);
        if (!isDryRun)
            await told.RememberAsync(index, from, newer, cancellationToken);
        return import with { Versions = versions, Quarantined = stops.Stopped, Lifted = lifted, Keys = changes, Left = [.. lefts, .. stops.Left] };

        async Task<string?> CarryAsync(BundleDecision there)
        {
            if (await states.YankAsync(there, from, isDryRun, cancellationToken))
                lifted.Add(new LiftedMark(there.Slug, there.Version, CarriedMemory.Yank));
            var (isLifted, left) = await states.WarnAsync(there, from, isDryRun, cancellationToken);
            if (isLifted)
                lifted.Add(new LiftedMark(there.Slug, there.Version, CarriedMemory.Warning));
            return left;
        }
    }
}
