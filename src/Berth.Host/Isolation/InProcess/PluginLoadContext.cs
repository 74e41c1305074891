using System.Reflection;
using System.Runtime.Loader;
using Berth.Host.Isolation.InProcess.Contracts;

namespace Berth.Host.Isolation.InProcess;

/// <summary>
/// The collectible load context of one version. Assemblies come as streams, so that the store's files are neither locked
/// nor mapped once they are loaded; the price is the assembly's size in private memory.
/// </summary>
internal sealed class PluginLoadContext : AssemblyLoadContext
{
    private readonly PluginVersionId _id;
    private readonly string _main;
    private readonly string _folder;
    private readonly AssemblyDependencyResolver? _resolver;
    private readonly PluginContracts? _contracts;
    private long _loadedBytes;

    public PluginLoadContext(PluginVersionId id, string main, PluginContracts? contracts = null)
        : base(id.ToString(), isCollectible: true)
    {
        _contracts = contracts;
        Unloading += static context => ((PluginLoadContext)context)._contracts?.Dispose();
        _id = id;
        _main = main;
        _folder = Path.GetDirectoryName(main)!;
        if (File.Exists(Path.ChangeExtension(main, ".deps.json")))
            _resolver = new AssemblyDependencyResolver(main);
    }

    /// <summary>The sizes of all assemblies that were loaded so far: they are in private memory until the unload.</summary>
    public long LoadedBytes => Interlocked.Read(ref _loadedBytes);

    public Assembly LoadMain() => LoadFile(_main);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var name = assemblyName.Name!;
        if (SharedAssemblies.Contains(name))
            return null;
        if (_contracts?.Load(assemblyName) is { } contract)
            return contract;
        if (Probe(assemblyName, name) is { } path)
            return LoadFile(path);

        // A missing satellite assembly only means that the neutral texts are used.
        if (!string.IsNullOrEmpty(assemblyName.CultureName))
            return null;

        // Null would fall through to the host's own packages.
        throw new FileNotFoundException($"{_id} needs the assembly '{name}', which is neither beside its main assembly nor in the shared framework. Its publisher has to add it to the package.", name);
    }

    // Null would fall through to the system's probing, which finds other plugins' and the host's libraries.
    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName) =>
        throw new DllNotFoundException($"{_id} calls the native library '{unmanagedDllName}'. Native code never runs in the host's own process.");

    private string? Probe(AssemblyName assemblyName, string name)
    {
        var resolved = _resolver?.ResolveAssemblyToPath(assemblyName);
        if (resolved is not null && Path.GetFullPath(resolved).StartsWith(_folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return resolved;
        var beside = Path.Combine(_folder, assemblyName.CultureName ?? "", name + ".dll");
        return File.Exists(beside) ? beside : null;
    }

    private Assembly LoadFile(string path)
    {
        using var stream = new MemoryStream(File.ReadAllBytes(path), writable: false);
        Interlocked.Add(ref _loadedBytes, stream.Length);
        return LoadFromStream(stream);
    }
}
