using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Mirrors;

/// <summary>Versions at a mirror's target.</summary>
internal static class MirroredVersions
{
    /// <summary>The version as the registry has it, or <see langword="null"/>.</summary>
    public static async Task<MirroredVersion?> FindVersionAsync(this ApiConnection registry, MirroredVersion version, CancellationToken cancellationToken)
    {
        try
        {
            return await registry.GetAsync<MirroredVersion>(RegistryApi.PathOf(version.Slug, version.Version), cancellationToken);
        }
        catch (CommandFailedException problem) when (problem.Exit is ExitCode.NotFound)
        {
            return null;
        }
    }
}
