using Microsoft.Extensions.Logging;

namespace Berth;

/// <summary>What a loaded plugin version knows about itself.</summary>
public interface IPluginContext
{
    /// <summary>The plugin's slug, as the manifest spells it.</summary>
    string Slug { get; }

    /// <summary>The version, SemVer 2.0.0.</summary>
    string Version { get; }

    /// <summary>A logger whose category is <c>Plugin.{slug}</c>.</summary>
    ILogger Logger { get; }

    /// <summary>The capabilities that this version declares and its trust level permits. What a user granted comes with each call.</summary>
    IReadOnlySet<string> Capabilities { get; }

    /// <summary>The folder of the version's own files. Read-only.</summary>
    string Directory { get; }

    /// <summary>Cancelled when the version is being unloaded. Every loop and timer of the plugin listens to it.</summary>
    CancellationToken Unloading { get; }

    /// <summary>
    /// Hands over something that has to end with the loaded version: a listener, a socket, a subscription. It is disposed after
    /// <see cref="IPlugin.StopAsync"/>, the newest first, whatever the plugin's code throws; at once when the version is gone already.
    /// Returns it.
    /// </summary>
    T Own<T>(T resource)
        where T : IDisposable
    {
        Unloading.Register(static owned => ((IDisposable)owned!).Dispose(), resource);
        return resource;
    }
}
