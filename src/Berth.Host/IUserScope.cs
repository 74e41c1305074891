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

    /// <summary>The keys of the user's installation, without a look at capabilities; <see langword="null"/> where an application keeps none.</summary>
    IPluginCrypto? Crypto => null;

    /// <summary>The user's audit, without a look at capabilities; <see langword="null"/> where an application keeps none.</summary>
    IPluginAudit? Audit => null;

    /// <summary>
    /// The same user's installation of another plugin, as it is at this moment; <see langword="null"/> when there is none. By default
    /// there never is: an application that keeps no installations still lets plugins call each other.
    /// </summary>
    ValueTask<OtherInstallation?> OfPluginAsync(string slug, CancellationToken cancellationToken = default) => ValueTask.FromResult<OtherInstallation?>(null);
}

/// <summary>What a user has of another plugin.</summary>
/// <param name="Id">The version in force.</param>
/// <param name="IsEnabled">Whether the user has it switched on.</param>
/// <param name="Scope">What belongs to the user in it.</param>
public sealed record OtherInstallation(PluginVersionId Id, bool IsEnabled, IUserScope Scope);
