using System.Runtime.CompilerServices;
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
        var contracts = new PluginContracts(version.Id, contexts);
        try
        {
            await foreach (var (path, digest, provider) in FindAsync(version, cancellationToken))
                contracts.Add(Path.GetFileNameWithoutExtension(path), path, digest, provider);
            return contracts;
        }
        catch
        {
            contracts.Dispose();
            throw;
        }
    }

    /// <summary>The files alone, for a worker: the first of each name.</summary>
    public async ValueTask<IReadOnlyList<string>> PathsAsync(PluginVersionFiles version, CancellationToken cancellationToken)
    {
        var paths = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        await foreach (var (path, _, _) in FindAsync(version, cancellationToken))
            paths.TryAdd(Path.GetFileName(path), path);
        return [.. paths.Values];
    }

    private async IAsyncEnumerable<(string Path, string? Digest, PluginVersionId? Provider)> FindAsync(PluginVersionFiles version, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var module = version.Manifest.Module!;
        foreach (var (path, digest) in FilesOf(version, beside: null))
            yield return (path, digest, null);

        // What lies beside the main assembly without being listed is the plugin's private copy: calls are data, so it works too.
        var beside = Path.GetDirectoryName(Path.GetFullPath(Path.Combine(version.Directory, module.Assembly)));
        foreach (var consumed in module.Consumes)
        {
            var newest = ProviderRanking.Newest(await source.VersionsAsync(consumed.From, cancellationToken), consumed);

            // Asked for by its id: only then the source tells the digests that the files must have.
            if (newest is null || await source.FindAsync(newest.Id, cancellationToken) is not { } provider)
                continue;
            foreach (var (path, digest) in FilesOf(provider, beside))
                yield return (path, digest, provider.Id);
        }
    }

    private static IEnumerable<(string Path, string? Digest)> FilesOf(PluginVersionFiles version, string? beside)
    {
        var root = Path.GetFullPath(version.Directory);
        foreach (var contract in version.Manifest.Module?.Contracts ?? [])
        {
            var path = Path.GetFullPath(Path.Combine(root, contract));
            if (!path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !File.Exists(path))
                continue;
            if (beside is null || !File.Exists(Path.Combine(beside, Path.GetFileName(path))))
                yield return (path, version.FileDigests?.GetValueOrDefault(contract));
        }
    }
}
