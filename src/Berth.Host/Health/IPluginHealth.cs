namespace Berth.Host.Health;

/// <summary>Asks running versions how they are. Loads nothing: a version that does not run has nothing to say.</summary>
public interface IPluginHealth
{
    /// <summary>Every running version, ordered by slug and version. Answers are up to ten seconds old.</summary>
    Task<IReadOnlyList<PluginHealthReport>> CheckAsync(CancellationToken cancellationToken = default);

    /// <summary>One version; <see langword="null"/> when it does not run.</summary>
    Task<PluginHealthReport?> CheckAsync(PluginVersionId id, CancellationToken cancellationToken = default);
}
