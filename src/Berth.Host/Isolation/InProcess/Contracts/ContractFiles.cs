using Berth.Host.Services.CrossPlugin;

namespace Berth.Host.Isolation.InProcess.Contracts;

/// <summary>
/// Finds and loads the contract assemblies of a version: its own, and for what it does not bring itself those of the newest
/// fitting providers of the services that it consumes.
/// </summary>
internal sealed class ContractFiles(IPluginVersionSource source, ContractContexts contexts)
{
    public async ValueTask<PluginContracts> LoadAsync(PluginVersionFiles version, CancellationToken cancellationToken)
    {
        var module = version.Manifest.Module!;
        var contracts = new PluginContracts(version.Id, contexts);
        try
        {
            Add(contracts, version, provider: null, beside: null);

            // What lies beside the main assembly without being listed is the plugin's private copy: calls are data, so it works too.
            var beside = Path.GetDirectoryName(Path.GetFullPath(Path.Combine(version.Directory, module.Assembly)));
            foreach (var consumed in module.Consumes)
            {
                var newest = ProviderRanking.Newest(await source.VersionsAsync(consumed.From, cancellationToken), consumed);

                // Asked for by its id: only then the source tells the digests that the files must have.
                if (newest is not null && await source.FindAsync(newest.Id, cancellationToken) is { } provider)
                    Add(contracts, provider, provider.Id, beside);
            }

            return contracts;
        }
        catch
        {
            contracts.Dispose();
            throw;
        }
    }

    private static void Add(PluginContracts contracts, PluginVersionFiles version, PluginVersionId? provider, string? beside)
    {
        var root = Path.GetFullPath(version.Directory);
        foreach (var contract in version.Manifest.Module?.Contracts ?? [])
        {
            var path = Path.GetFullPath(Path.Combine(root, contract));
            if (!path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !File.Exists(path))
                continue;
            if (beside is null || !File.Exists(Path.Combine(beside, Path.GetFileName(path))))
                contracts.Add(Path.GetFileNameWithoutExtension(path), path, version.FileDigests?.GetValueOrDefault(contract), provider);
        }
    }
}
