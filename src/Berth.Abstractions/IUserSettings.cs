namespace Berth;

/// <summary>The calling user's settings of the plugin, with the manifest's defaults filled in. Scoped to the request.</summary>
/// <typeparam name="T">The author's settings type, registered with <see cref="PluginServiceCollectionExtensions.AddUserSettings{T}"/>.</typeparam>
public interface IUserSettings<out T>
{
    /// <summary>The settings as they were when the call started.</summary>
    T Value { get; }
}
