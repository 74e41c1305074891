namespace Berth.Host.Services;

/// <summary>
/// Whose code runs here: set around every call into a plugin, and flowing with what that code starts. Host-owned and free
/// of anything of the plugin's or of the request's, because timers and tasks of the plugin capture it for as long as they live.
/// </summary>
internal sealed class PluginScope(PluginVersionId id, string? userId)
{
    private static readonly AsyncLocal<PluginScope?> Ambient = new();

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
}
