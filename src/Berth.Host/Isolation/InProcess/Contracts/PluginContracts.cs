using System.Reflection;

namespace Berth.Host.Isolation.InProcess.Contracts;

/// <summary>The contract assemblies that one loaded version may ask for; each is loaded when its first type is needed.</summary>
internal sealed class PluginContracts(PluginVersionId id, ContractContexts contexts, IReadOnlyDictionary<string, ContractFile> files) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Assembly Assembly, ContractKey Key)> _used = new(StringComparer.OrdinalIgnoreCase);
    private bool _isDisposed;

    /// <summary>The assembly from its contract context, or <see langword="null"/> when the name is no contract's.</summary>
    /// <exception cref="FileNotFoundException">The provider's contract is not what this version was compiled against.</exception>
    public Assembly? Load(AssemblyName wanted)
    {
        if (!files.TryGetValue(wanted.Name!, out var file))
            return null;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_used.TryGetValue(wanted.Name!, out var used))
                return used.Assembly;
            var assembly = contexts.Acquire(wanted.Name!, file.Path, file.Digest, out var key);
            if (file.Provider is { } provider && Misfit(wanted, assembly.GetName()) is { } misfit)
            {
                contexts.Release(key);
                throw new FileNotFoundException($"{id} was compiled against the contract {wanted.Name} {wanted.Version}, and {provider} brings {misfit}. Its publisher has to add its own copy to the package and list it in module.contracts, or to compile against this one.", wanted.Name);
            }

            _used[wanted.Name!] = (assembly, key);
            return assembly;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            foreach (var (_, key) in _used.Values)
                contexts.Release(key);
            _used.Clear();
        }
    }

    // As the framework unifies: a newer one of the same major version has everything that was there.
    private static string? Misfit(AssemblyName wanted, AssemblyName found)
    {
        if (wanted.Version is { } asked && found.Version is { } has && (asked.Major != has.Major || has < asked))
            return $"version {has}";
        return wanted.GetPublicKeyToken() is { Length: > 0 } token && !token.AsSpan().SequenceEqual(found.GetPublicKeyToken()) ? "another public key" : null;
    }
}

/// <summary>Where a contract assembly lies.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Digest">Its SHA-256 as the package says, if known.</param>
/// <param name="Provider">Whose package it is in, when it is another plugin's.</param>
internal sealed record ContractFile(string Path, string? Digest, PluginVersionId? Provider);
