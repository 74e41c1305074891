using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Settings;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.UserData;

/// <summary>Opens scopes over the database and the manifest's defaults. Nothing is read before the plugin asks.</summary>
internal sealed class UserScopes(IDatabase database, SharedStore store, SettingsView settings, TimeProvider time) : IUserScopes
{
    public IUserScope Open(InstalledPlugin plugin, IPluginUser user) => new Scope(plugin, user, database, store, settings, time);

    private sealed class Scope(InstalledPlugin plugin, IPluginUser user, IDatabase database, SharedStore store, SettingsView settings, TimeProvider time) : IUserScope
    {
        private UserDocuments? _data;
        private string? _settings;

        public IPluginUser User => user;

        public IReadOnlySet<string> GrantedCapabilities => plugin.Granted;

        public IUserData Data => _data ??= new UserDocuments(database, time, plugin.UserId, plugin.Slug, plugin.Generation, onlyInForce: true);

        public string SettingsJson => _settings ??= settings.Json(store.Find(plugin.Slug, plugin.Version)?.Manifest, plugin.PluginId, plugin.Settings);
    }
}
