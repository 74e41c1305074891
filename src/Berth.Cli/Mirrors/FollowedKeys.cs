using Berth.Cli.Http;
using Berth.Cli.Output;
using Berth.Packaging.Carrying;

namespace Berth.Cli.Mirrors;

/// <summary>
/// Keys of authors that a mirror registered at a registry follow those of their own: retired there, retired here; revoked there,
/// revoked here since the same time. Keys that somebody registered here themselves are theirs to decide about.
/// </summary>
internal sealed class FollowedKeys(ApiConnection registry)
{
    /// <summary>Follows what is over at the source.</summary>
    public async Task<MirroredKeys> FollowAsync(IReadOnlyList<RegistryKeyRecord> over, CancellationToken cancellationToken)
    {
        if (over.Count == 0)
        {
            return MirroredKeys.None;
        }

        var me = (await registry.MeAsync(cancellationToken)).Id;
        var ours = (await registry.KeysAsync(cancellationToken)).Where(key => (key.Owner == me || key.Vouched) && CarriedKeys.IsCarried(key.Name)).ToDictionary(key => key.Kid, StringComparer.Ordinal);
        var (retired, revoked, left) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var there in over)
        {
            if (!ours.TryGetValue(there.Kid, out var here))
            {
                continue;
            }

            try
            {
                switch (CarriedKeys.Judge(there.State, there.RevokedSince, here.State, here.RevokedSince))
                {
                    case KeyStep.Revoke:
                        await registry.RevokeKeyAsync(there.Kid, there.RevokedSince, "Revoked by the registry it was mirrored from.", dryRun: false, cancellationToken);
                        revoked.Add(there.Kid);
                        break;
                    case KeyStep.Retire:
                        await registry.RetireKeyAsync(there.Kid, dryRun: false, cancellationToken);
                        retired.Add(there.Kid);
                        break;
                }
            }
            catch (CommandFailedException problem) when (problem.Exit is not ExitCode.Unreachable)
            {
                left.Add($"The key {there.Kid} is {there.State} at its registry and could not be made so here ({problem.Message}).");
            }
        }

        return new MirroredKeys(retired, revoked, left);
    }
}
