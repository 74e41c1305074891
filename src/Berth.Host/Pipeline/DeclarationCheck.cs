using Berth.Events;
using Berth.Host.Caches;
using Berth.Host.Events;
using Berth.Host.Isolation;
using Berth.Packaging.Scanning;

namespace Berth.Host.Pipeline;

/// <summary>
/// Looks, before code is taken into the host's own process, whether it uses what its manifest does not declare. Promise: what is
/// found there does not run there, or, where its trust level is exempt, is told each time that it is taken in. In a worker the kernel and the host's broker decide instead, so it is not asked for.
/// </summary>
internal sealed class DeclarationCheck(HostOptions options, HostCaches caches, IHostEvents events)
{
    /// <summary>What keeps the version out of the host's process; <see langword="null"/> when nothing does.</summary>
    public async ValueTask<StageFault?> RunAsync(PluginVersionFiles files, CancellationToken cancellationToken)
    {
        var found = files.UndeclaredUse ?? await LookAsync(files, cancellationToken);
        if (found.Count == 0)
            return null;
        if (!options.UndeclaredUseTrustLevels.Contains(files.TrustLevel))
            return new StageFault(DeclarationRules.Code, DeclarationRules.Reason(files.Id, files.TrustLevel, found), IsRetried: false);
        events.Raise(new UndeclaredUseLetIn(files.Id.Slug, files.Id.Version, files.TrustLevel, DeclarationRules.LetIn(files.Id, files.TrustLevel, found)), files.Id);
        return null;
    }

    // A version that came into the store before this was looked for there.
    private async ValueTask<IReadOnlyList<UndeclaredUse>> LookAsync(PluginVersionFiles files, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(LoadStage.MainAssemblyPath(files))!;
        var stamp = ContentStamp.OfFolder(folder);
        var verdict = await caches.Declarations.GetAsync(
            new ContentKey(files.Id, UndeclaredUse.RuleSet, $"{files.Digest}:{stamp.Text}"),
            async () => new DeclarationVerdict(await UndeclaredUse.FindInAsync(folder, [.. files.Manifest.Security.Capabilities], CancellationToken.None)),
            _ => stamp.IsSettled ? CachingWish.Of(files.Manifest, "securityCache") : CachingWish.Never,
            cancellationToken);
        return verdict.Found;
    }
}
