using System.Reflection;
using System.Runtime.Loader;

namespace Berth.Host.Isolation.InProcess.Contracts;

/// <summary>
/// The collectible load context of one contract assembly. Provider and consumers see the same types through it, and none of
/// them keeps another in memory.
/// </summary>
internal sealed class ContractContext : AssemblyLoadContext
{
    private readonly string _name;

    public ContractContext(ContractKey key, byte[] image)
        : base($"contract {key}", isCollectible: true)
    {
        _name = key.Name;
        using var stream = new MemoryStream(image, writable: false);
        LoadFromStream(stream);
    }

    /// <summary>Asked of the runtime each time: a context that is being unloaded is held by it, and a field here would hold the types.</summary>
    public Assembly Assembly => Assemblies.Single();

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var name = assemblyName.Name!;
        if (SharedAssemblies.Contains(name))
            return null;
        if (string.Equals(name, _name, StringComparison.OrdinalIgnoreCase))
            return Assembly;
        if (!string.IsNullOrEmpty(assemblyName.CultureName))
            return null;
        throw new FileNotFoundException($"The contract assembly '{_name}' needs '{name}'. A contract refers to the framework and to Berth.Abstractions only; its publisher has to move the types that it shares into it.", name);
    }

    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName) =>
        throw new DllNotFoundException($"The contract assembly '{_name}' calls the native library '{unmanagedDllName}'. A contract has no code of its own.");
}

/// <summary>What makes two contract assemblies the same: name and bytes.</summary>
/// <param name="Name">The assembly's simple name.</param>
/// <param name="Digest">SHA-256 of the file, lower-case hexadecimal.</param>
internal readonly record struct ContractKey(string Name, string Digest)
{
    public override string ToString() => $"{Name} {Digest[..12]}";
}
