using Berth.Host.Usage;

namespace Berth.Host.Services;

/// <summary>
/// Whose code runs here: set around every call into a plugin, and flowing with what that code starts. Host-owned and free
/// of anything of the plugin's or of the request's, because timers and tasks of the plugin capture it for as long as they live.
/// </summary>
/// <param name="id">The version whose code it is.</param>
/// <param name="userId">On whose behalf it runs.</param>
/// <param name="usage">Its figures, if they are at hand.</param>
internal sealed class PluginScope(PluginVersionId id, string? userId, InstanceUsage? usage = null)
{
    private static readonly AsyncLocal<PluginScope?> Ambient = new(static change => FlowPlace.Enter(change.CurrentValue));

    /// <summary>The scope of the code that runs now; <see langword="null"/> in the host's own.</summary>
    public static PluginScope? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    /// <summary>The version whose code it is.</summary>
    public PluginVersionId Id { get; } = id;

    /// <summary>On whose behalf it runs; <see langword="null"/> outside of a call.</summary>
    public string? UserId { get; } = userId;

    /// <summary>Where what it uses is counted.</summary>
    public InstanceUsage Usage { get; } = usage ?? InstanceUsage.Of(id);
}
