using Berth.Host.Isolation.InProcess;
using Berth.Host.Isolation.InProcess.Contracts;

namespace Berth.Host.Pipeline;

/// <summary>
/// Loads the main assembly into a context of its own, makes the plugin's entry object, its services and its endpoints. Promise:
/// nothing is started; what fails here leaves a context that the teardown takes away.
/// </summary>
internal sealed class LoadStage(PluginConfiguration configuration, ContractFiles contracts) : IPipelineStage
{
    public string Phase => "load";

    public string FaultCode => "plugin.load_failed";

    public async ValueTask<StageFault?> RunAsync(InstanceParts parts, CancellationToken cancellationToken)
    {
        var path = MainAssemblyPath(parts.Files!);
        if (!File.Exists(path))
            return new StageFault("plugin.assembly_missing", $"{parts.Id} has no file '{parts.Files!.Manifest.Module!.Assembly}', which its manifest names as module.assembly. Its publisher has to add it.");

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
        var entries = parts.Assembly.GetExportedTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && typeof(IPlugin).IsAssignableFrom(type))
            .ToList();
        if (entries.Count != 1 || entries[0].GetConstructor(Type.EmptyTypes) is null)
            return Ambiguous(parts, entries);

        parts.Plugin = (IPlugin)Activator.CreateInstance(entries[0])!;
        return null;
    }

    private static StageFault Ambiguous(InstanceParts parts, List<Type> entries) => entries.Count switch
    {
        0 => new StageFault("plugin.entry_missing", $"{parts.Id} has no public, non-abstract class that implements Berth.IPlugin in '{parts.Files!.Manifest.Module!.Assembly}'. Its publisher has to add one."),
        1 => new StageFault("plugin.entry_missing", $"{parts.Id}: the class {entries[0].FullName} implements Berth.IPlugin but has no public constructor without parameters. Its publisher has to add one."),
        _ => new StageFault("plugin.entry_ambiguous", $"{parts.Id} has {entries.Count} public classes that implement Berth.IPlugin ({string.Join(", ", entries.Select(type => type.FullName))}), and only one is allowed."),
    };
}
