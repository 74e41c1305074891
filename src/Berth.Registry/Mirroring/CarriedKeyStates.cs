using Berth.Data.Sessions;
using Berth.Packaging.Bundles;
using Berth.Packaging.Carrying;
using Berth.Registry.Keys;

namespace Berth.Registry.Mirroring;

/// <summary>Authors' keys that are over: told of by the source, and followed here for keys that came with a bundle or a mirror of an administrator.</summary>
internal sealed class CarriedKeyStates(IDatabase database, IKeyRecords keys)
{
    /// <summary>Keys that are over here, for a bundle.</summary>
    public async Task<IReadOnlyList<BundleKeyState>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await database.ReadAsync(KeyRows.OverAsync, cancellationToken)).Select(key => new BundleKeyState(key.Kid, key.State, key.RevokedSince?.ToUnixTimeMilliseconds()))];

    /// <summary>Retires and revokes what is over at the source.</summary>
    public async Task<CarriedKeyChanges> FollowAsync(IReadOnlyList<BundleKeyState> over, CarriedFrom from, bool isDryRun, CancellationToken cancellationToken)
    {
        var (retired, revoked) = (new List<string>(), new List<string>());
        foreach (var there in over)
        {
            if (await keys.FindAsync(there.Kid, cancellationToken) is not { } here || (here.OwnerId != from.ActorId && !here.IsVouched) || !CarriedKeys.IsCarried(here.Name))
                continue;
            var since = there.RevokedSince is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : (DateTimeOffset?)null;
            var actor = new KeyActor(here.OwnerId!, from.ActorId, IsAdministrator: false);
            var step = CarriedKeys.Judge(there.State, since, here.State, here.RevokedSince);
            if (step == KeyStep.Revoke && await keys.RevokeAsync(there.Kid, since, from.Decided("revoked"), actor, isDryRun, cancellationToken) is KeyOutcome.Done)
                revoked.Add(there.Kid);
            else if (step == KeyStep.Retire && await keys.RetireAsync(there.Kid, actor, isDryRun, cancellationToken) is KeyOutcome.Done)
                retired.Add(there.Kid);
        }

        return new CarriedKeyChanges(retired, revoked);
    }
}
