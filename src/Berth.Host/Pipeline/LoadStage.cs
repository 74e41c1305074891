using Berth.Host.Isolation;
using Berth.Host.Isolation.InProcess;
using Berth.Host.Isolation.InProcess.Contracts;
using Berth.Host.Isolation.Worker;
using Berth.Worker.Protocol;

namespace Berth.Host.Pipeline;

/// <summary>
/// Loads the main assembly into a context of its own, or into a worker as the version was placed, makes the plugin's entry object,
/// its services and its endpoints. Promise: nothing is started; what fails here leaves a context or a worker that the teardown takes away.
/// </summary>
internal sealed class LoadStage(PluginConfiguration configuration, ContractFiles contracts, WorkerStarter workers) : IPipelineStage
{
    public string Phase => "load";

    public string FaultCode => "plugin.load_failed";

    public async ValueTask<StageFault?> RunAsync(InstanceParts parts, CancellationToken cancellationToken)
    {
        var path = MainAssemblyPath(parts.Files!);
        if (!File.Exists(path))
            return new StageFault("plugin.assembly_missing", $"{parts.Id} has no file '{parts.Files!.Manifest.Module!.Assembly}', which its manifest names as module.assembly. Its publisher has to add it.");

        if (!string.Equals(parts.Isolation, IsolationLevels.None, StringComparison.Ordinal))
            return await workers.StartAsync(parts, cancellationToken);
        parts.LoadContext = CreateContext(parts.Id, path, await contracts.LoadAsync(parts.Files!, cancellationToken));
        return Load(parts) ?? configuration.Configure(parts);
    }

    /// <summary>Where the manifest says that the main assembly lies.</summary>
    public static string MainAssemblyPath(PluginVersionFiles files)
    {
        var root = Path.GetFullPath(files.Directory);
        var path = Path.GetFullPath(Path.Combine(root, files.Manifest.Module!.Assembly));
        return path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new InvalidOperationException($"{files.Id}: module.assembly leads out of the version's folder.");
    }

    // From here on the context gives the contracts back, when it is unloaded.
    private static PluginLoadContext CreateContext(PluginVersionId id, string path, PluginContracts contracts)
    {
        try
        {
            return new PluginLoadContext(id, path, contracts);
        }
        catch
        {
            contracts.Dispose();
            throw;
        }
    }

    private static StageFault? Load(InstanceParts parts)
    {
        parts.Assembly = parts.LoadContext!.LoadMain();
        var entries = PluginTypes.Entries(parts.Assembly);
        if (PluginTypes.EntryProblem(entries, parts.Id.ToString(), parts.Files!.Manifest.Module!.Assembly) is var (code, reason))
            return new StageFault(code, reason);

        parts.Plugin = (IPlugin)Activator.CreateInstance(entries[0])!;
        return null;
    }
}
