using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.Loader;
using Berth.Worker.Protocol;

namespace Berth.Worker.Loading;

/// <summary>
/// The plugin's load context. What the shared frameworks have and Berth.Abstractions come from the worker, contracts from the
/// files that the host names, everything else from the plugin's own folder, native libraries included.
/// </summary>
internal sealed class WorkerLoadContext : AssemblyLoadContext
{
    private static readonly FrozenSet<string> Shared = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Select(path => Path.GetFileNameWithoutExtension(path))
        .Where(name => !name.Equals("berth-worker", StringComparison.Ordinal))
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly string _id;
    private readonly string _main;
    private readonly string _folder;
    private readonly AssemblyDependencyResolver? _resolver;
    private readonly Dictionary<string, string> _contracts;

    public WorkerLoadContext(WorkerHello hello, string main)
        : base($"{hello.Slug} {hello.Version}")
    {
        _id = Name!;
        _main = main;
        _folder = Path.GetDirectoryName(main)!;
        _contracts = hello.Contracts.ToDictionary(path => Path.GetFileNameWithoutExtension(path), StringComparer.OrdinalIgnoreCase);
        if (File.Exists(Path.ChangeExtension(main, ".deps.json")))
            _resolver = new AssemblyDependencyResolver(main);
    }

    public Assembly LoadMain() => LoadFromAssemblyPath(_main);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var name = assemblyName.Name!;
        if (Shared.Contains(name))
            return null;
        if (_contracts.TryGetValue(name, out var contract))
            return LoadFromAssemblyPath(contract);
        if (Probe(assemblyName, name) is { } path)
            return LoadFromAssemblyPath(path);

        // A missing satellite assembly only means that the neutral texts are used.
        return string.IsNullOrEmpty(assemblyName.CultureName)
            ? throw new FileNotFoundException($"{_id} needs the assembly '{name}', which is neither beside its main assembly nor in the shared framework. Its publisher has to add it to the package.", name)
            : null;
    }

    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName)
    {
        if (_resolver?.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path)
            return LoadUnmanagedDllFromPath(path);
        foreach (var file in new[] { unmanagedDllName, $"{unmanagedDllName}.so", $"lib{unmanagedDllName}.so" })
        {
            var beside = Path.Combine(_folder, file);
            if (Path.GetFileName(file).Equals(file, StringComparison.Ordinal) && File.Exists(beside))
                return LoadUnmanagedDllFromPath(beside);
        }

        // Zero: the system's own libraries, as far as the isolation lets them be seen.
        return IntPtr.Zero;
    }

    private string? Probe(AssemblyName assemblyName, string name)
    {
        var resolved = _resolver?.ResolveAssemblyToPath(assemblyName);
        if (resolved is not null && Path.GetFullPath(resolved).StartsWith(_folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return resolved;
        var beside = Path.Combine(_folder, assemblyName.CultureName ?? "", name + ".dll");
        return File.Exists(beside) ? beside : null;
    }
}
