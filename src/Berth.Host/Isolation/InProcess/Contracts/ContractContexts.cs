using System.Reflection;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Berth.Host.Isolation.InProcess.Scrubs;

namespace Berth.Host.Isolation.InProcess.Contracts;

/// <summary>The contract contexts in use: one for each contract assembly, by name and bytes, gone with the last version that uses it.</summary>
internal sealed class ContractContexts
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ContractKey, (ContractContext Context, int Users)> _contexts = [];
    private readonly List<WeakReference> _unloaded = [];

    /// <summary>What is loaded now, by name.</summary>
    public IReadOnlyList<(ContractKey Key, int Users)> Snapshot()
    {
        lock (_gate)
            return [.. _contexts.Select(pair => (pair.Key, pair.Value.Users)).OrderBy(pair => pair.Key.Name, StringComparer.Ordinal).ThenBy(pair => pair.Key.Digest, StringComparer.Ordinal)];
    }

    /// <summary>How many contexts were unloaded and are still in memory.</summary>
    public int StillInMemory()
    {
        lock (_gate)
        {
            _unloaded.RemoveAll(context => !context.IsAlive);
            return _unloaded.Count;
        }
    }

    /// <summary>Loads the assembly, or takes the one of the same bytes that is loaded. Give it back with <see cref="Release"/>.</summary>
    /// <param name="name">Its simple name.</param>
    /// <param name="path">Its file.</param>
    /// <param name="expected">Its SHA-256 as the package says, if known.</param>
    /// <param name="key">What to give back.</param>
    public Assembly Acquire(string name, string path, string? expected, out ContractKey key)
    {
        var image = File.ReadAllBytes(path);
        key = new ContractKey(name, Convert.ToHexStringLower(SHA256.HashData(image)));
        if (expected is not null && !string.Equals(expected, key.Digest, StringComparison.Ordinal))
            throw new InvalidDataException($"The contract assembly '{name}' has other bytes than its package. Repair the installation of the plugin that brings it.");
        lock (_gate)
        {
            var (context, users) = _contexts.TryGetValue(key, out var loaded) ? loaded : (new ContractContext(key, image), 0);
            _contexts[key] = (context, users + 1);
            return context.Assembly;
        }
    }

    /// <summary>Gives one use back. The last one unloads the context; the types stay for as long as a version that is being unloaded still needs them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Release(ContractKey key)
    {
        lock (_gate)
        {
            var (context, users) = _contexts[key];
            if (users > 1)
            {
                _contexts[key] = (context, users - 1);
                return;
            }

            _contexts.Remove(key);
            _unloaded.RemoveAll(gone => !gone.IsAlive);
            _unloaded.Add(new WeakReference(context));
            Unload(context);
        }
    }

    private static void Unload(ContractContext context)
    {
        foreach (var scrub in FrameworkScrubs.All)
        {
            try
            {
                scrub.Run(context);
            }
            catch (Exception)
            {
                // The version that is unloaded at the same time logs what a scrub cannot do.
            }
        }

        context.Unload();
    }
}
