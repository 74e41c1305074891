namespace Berth.Host.Observability;

/// <summary>Figures of the host that are not states.</summary>
public interface IHostFigures
{
    /// <summary>The last minute of a version; <see cref="CallFigures.None"/> when it was not called since it was loaded.</summary>
    CallFigures Calls(PluginVersionId id);
}
