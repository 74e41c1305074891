using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Settings;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.UserData;

/// <summary>Opens scopes over the database and the manifest's defaults. Nothing is read before the plugin asks.</summary>
internal sealed class UserScopes(IDatabase database, SharedStore store, IInstallations installations, SettingsView settings, TimeProvider time) : IUserScopes
{
    public IUserScope Open(InstalledPlugin plugin, IPluginUser user) => new Scope(plugin, user, this, database, store, settings, time);

    private async ValueTask<OtherInstallation?> OfPluginAsync(string userId, string slug, IPluginUser user, CancellationToken cancellationToken) =>
        (await installations.OfUserAsync(userId, cancellationToken)).TryFind(slug, out var other)
            ? new OtherInstallation(new PluginVersionId(other.Slug, other.Version), other.Enabled, Open(other, user))
            : null;

    private sealed class Scope(
        InstalledPlugin plugin, IPluginUser user, UserScopes scopes, IDatabase database, SharedStore store, SettingsView settings, TimeProvider time) : IUserScope
    {
        private UserDocuments? _data;
        private string? _settings;

        public IPluginUser User => user;

        public IReadOnlySet<string> GrantedCapabilities => plugin.Granted;

        public IUserData Data => _data ??= new UserDocuments(database, time, plugin.UserId, plugin.Slug, plugin.Generation, onlyInForce: true);

        public string SettingsJson => _settings ??= settings.Json(store.Find(plugin.Slug, plugin.Version)?.Manifest, plugin.PluginId, plugin.Settings);

        public ValueTask<OtherInstallation?> OfPluginAsync(string slug, CancellationToken cancellationToken = default) =>
            scopes.OfPluginAsync(plugin.UserId, slug, user, cancellationToken);
    }
}
