using Berth.Host;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Store.Codings;

namespace Berth.Lifecycle.Cleanup;

/// <summary>
/// Removes optimised files that nobody is served: everybody who has the version takes the author's only, or the host or the author
/// does not allow them any more; and what a process left that died while it took some in. They are asked for again when somebody wants them.
/// </summary>
internal sealed class UnwantedVariants(SharedStore store) : ICleanupStage
{
    public async Task RunAsync(CleanupRun run, CancellationToken cancellationToken)
    {
        foreach (var id in store.Ids().Where(HasOptimised).ToList())
        {
            if (await store.DropVariantAsync(id, run.IsDryRun, cancellationToken) is > 0 and var freed)
                run.Add("variant", id.ToString(), freed, "Nobody is served these optimised files.");
        }
    }

    private bool HasOptimised(PluginVersionId id) =>
        Directory.Exists(store.Paths.Index(id)) && Directory.EnumerateFiles(store.Paths.Index(id)).Any(path => CodedNames.IsOptimised(Path.GetFileName(path)));
}
