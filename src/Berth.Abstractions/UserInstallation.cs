namespace Berth;

/// <summary>One user's installation of one plugin version, as its lifecycle manager sees it.</summary>
/// <param name="User">Whose installation it is.</param>
/// <param name="Slug">The plugin.</param>
/// <param name="Version">The version the call is about, SemVer 2.0.0.</param>
/// <param name="Data">The user's documents in this version's generation.</param>
/// <param name="SettingsJson">The user's settings, a JSON object with defaults filled in.</param>
public sealed record UserInstallation(IPluginUser User, string Slug, string Version, IUserData Data, string SettingsJson);
