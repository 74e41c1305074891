namespace Berth.Host;

/// <summary>Everything that belongs to the user of one call. The host passes it on and keeps nothing of it.</summary>
public interface IUserScope
{
    /// <summary>The user.</summary>
    IPluginUser User { get; }

    /// <summary>The capabilities the user granted at installation.</summary>
    IReadOnlySet<string> GrantedCapabilities { get; }

    /// <summary>The user's documents of this plugin, in the generation in force.</summary>
    IUserData Data { get; }

    /// <summary>The user's settings, a JSON object with defaults filled in.</summary>
    string SettingsJson { get; }

    /// <summary>
    /// The same user in another of their plugins, for what that plugin does on behalf of this call;
    /// <see langword="null"/> when they do not have it or have it switched off.
    /// </summary>
    /// <param name="slug">The other plugin, in any case.</param>
    /// <param name="cancellationToken">Cancelled when the call is over.</param>
    ValueTask<UserPlugin?> FindPluginAsync(string slug, CancellationToken cancellationToken) => ValueTask.FromResult<UserPlugin?>(null);
}

/// <summary>A user in one of their plugins.</summary>
/// <param name="Id">The version that is theirs.</param>
/// <param name="Scope">What belongs to them there.</param>
public sealed record UserPlugin(PluginVersionId Id, IUserScope Scope);
