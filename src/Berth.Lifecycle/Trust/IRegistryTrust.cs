using Berth.Host;

namespace Berth.Lifecycle.Trust;

/// <summary>What this host knows of its registry's decisions, in memory: asked on every file that is served.</summary>
public interface IRegistryTrust
{
    /// <summary>Why the registry stops a version that is in this host's store; <see langword="null"/> when it does not.</summary>
    string? StopOf(string slug, string version);

    /// <summary>Versions in the store that the registry stops, with the reason.</summary>
    IReadOnlyDictionary<PluginVersionId, string> Stopped { get; }

    /// <summary>When the registry was last heard; <see langword="null"/> when never since the start.</summary>
    DateTimeOffset? HeardAt { get; }
}
