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
}
