using System.Reflection;

namespace Berth.Host.Isolation.InProcess.Contracts;

/// <summary>The contract assemblies that one loaded version may ask for, each in its contract context, until it is disposed.</summary>
/// <remarks>
/// All of them are loaded before the version's own context is made. The runtime puts code that mixes types of two collectible
/// contexts into the younger one, which from then on keeps the older one alive: a contract that is younger than its consumer
/// would keep that consumer for as long as a provider uses the contract.
/// </remarks>
internal sealed class PluginContracts(PluginVersionId id, ContractContexts contexts) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LoadedContract> _loaded = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Loads a contract assembly, unless one of its name is there.</summary>
    /// <param name="name">Its simple name.</param>
    /// <param name="path">Its file.</param>
    /// <param name="digest">Its SHA-256 as the package says, if known.</param>
    /// <param name="provider">Whose package it is in, when it is another plugin's.</param>
    public void Add(string name, string path, string? digest, PluginVersionId? provider)
    {
        if (_loaded.ContainsKey(name))
            return;
        try
        {
            var assembly = contexts.Acquire(name, path, digest, out var key);
            _loaded[name] = new LoadedContract(assembly, key, provider, null);
        }
        catch (Exception exception) when (provider is not null && exception is IOException or BadImageFormatException)
        {
            // Another plugin's fault: told when this one really needs it.
            _loaded[name] = new LoadedContract(null, default, provider, exception.Message);
        }
    }

    /// <summary>The assembly from its contract context, or <see langword="null"/> when the name is no contract's.</summary>
    /// <exception cref="FileNotFoundException">The provider's contract is not what this version was compiled against.</exception>
    public Assembly? Load(AssemblyName wanted)
    {
        lock (_gate)
        {
            if (!_loaded.TryGetValue(wanted.Name!, out var contract))
                return null;
            if ((contract.Assembly is null ? contract.Fault : Misfit(wanted, contract)) is { } fault)
                throw new FileNotFoundException($"{id} was compiled against the contract {wanted.Name} {wanted.Version}, and {contract.Provider} brings {fault}. Its publisher has to add its own copy to the package and list it in module.contracts, or to compile against this one.", wanted.Name);
            return contract.Assembly;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var contract in _loaded.Values.Where(contract => contract.Assembly is not null))
                contexts.Release(contract.Key);
            _loaded.Clear();
        }
    }

    // As the framework unifies: a newer one of the same major version has everything that was there.
    private static string? Misfit(AssemblyName wanted, LoadedContract contract)
    {
        if (contract.Provider is null)
            return null;
        var found = contract.Assembly!.GetName();
        if (wanted.Version is { } asked && found.Version is { } has && (asked.Major != has.Major || has < asked))
            return $"version {has}";
        return wanted.GetPublicKeyToken() is { Length: > 0 } token && !token.AsSpan().SequenceEqual(found.GetPublicKeyToken()) ? "another public key" : null;
    }

    private sealed record LoadedContract(Assembly? Assembly, ContractKey Key, PluginVersionId? Provider, string? Fault);
}
