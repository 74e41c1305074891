using Berth.Host.Services.CrossPlugin;

namespace Berth.Host.Isolation.InProcess.Contracts;

/// <summary>
/// Finds the contract assemblies of a version: its own, and for what it does not bring itself those of the newest fitting
/// providers of the services that it consumes.
/// </summary>
internal sealed class ContractFiles(IPluginVersionSource source, ContractContexts contexts)
{
    public async ValueTask<PluginContracts> FindAsync(PluginVersionFiles version, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, ContractFile>(StringComparer.OrdinalIgnoreCase);
        Add(files, version, provider: null);
        var module = version.Manifest.Module!;
        foreach (var consumed in module.Consumes)
        {
            var newest = ProviderRanking.Newest(await source.VersionsAsync(consumed.From, cancellationToken), consumed);

            // Asked for by its id: only then the source tells the digests that the files must have.
            if (newest is not null && await source.FindAsync(newest.Id, cancellationToken) is { } provider)
                Add(files, provider, provider.Id);
        }

        // What lies beside the main assembly without being listed is the plugin's private copy: calls are data, so it works too.
        var folder = Path.GetDirectoryName(Path.GetFullPath(Path.Combine(version.Directory, module.Assembly)))!;
        foreach (var name in files.Where(file => file.Value.Provider is not null && File.Exists(Path.Combine(folder, file.Key + ".dll"))).Select(file => file.Key).ToList())
            files.Remove(name);
        return new PluginContracts(version.Id, contexts, files);
    }

    private static void Add(Dictionary<string, ContractFile> files, PluginVersionFiles version, PluginVersionId? provider)
    {
        var root = Path.GetFullPath(version.Directory);
        foreach (var contract in version.Manifest.Module?.Contracts ?? [])
        {
            var path = Path.GetFullPath(Path.Combine(root, contract));
            if (path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(path))
                files.TryAdd(Path.GetFileNameWithoutExtension(path), new ContractFile(path, version.FileDigests?.GetValueOrDefault(contract), provider));
        }
    }
}
