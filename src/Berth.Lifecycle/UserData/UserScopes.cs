using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Audit;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Settings;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.UserData;

/// <summary>Opens scopes over the database and the manifest's defaults. Nothing is read before the plugin asks.</summary>
internal sealed class UserScopes(IDatabase database, IInstallations installations, SharedStore store, SettingsView settings, SettingsKeys keys, IAuditTrail audit, TimeProvider time) : IUserScopes
{
    public IUserScope Open(InstalledPlugin plugin, IPluginUser user) => new Scope(this, plugin, user);

    private SettingsKeys Keys => keys;

    private IAuditTrail Audit => audit;

    private UserDocuments DocumentsOf(InstalledPlugin plugin) => new(database, time, plugin.UserId, plugin.Slug, plugin.Generation, onlyInForce: true);

    private string SettingsOf(InstalledPlugin plugin) => settings.Json(store.Find(plugin.Slug, plugin.Version)?.Manifest, plugin.PluginId, plugin.Settings);

    private async ValueTask<OtherInstallation?> FindAsync(string userId, string slug, IPluginUser user, CancellationToken cancellationToken)
    {
        var installed = await installations.OfUserAsync(userId, cancellationToken);
        // A plugin id finds too, and is no slug.
        return installed.TryFind(slug, out var plugin) && slug.Length == plugin.Slug.Length
            ? new OtherInstallation(new PluginVersionId(plugin.Slug, plugin.Version), plugin.Enabled, Open(plugin, user))
            : null;
    }

    private sealed class Scope(UserScopes scopes, InstalledPlugin plugin, IPluginUser user) : IUserScope
    {
        private UserDocuments? _data;
        private string? _settings;

        public IPluginUser User => user;

        public IReadOnlySet<string> GrantedCapabilities => plugin.Granted;

        public IUserData Data => _data ??= scopes.DocumentsOf(plugin);

        public string SettingsJson => _settings ??= scopes.SettingsOf(plugin);

        public IPluginCrypto Crypto => field ??= new InstallationCrypto(scopes.Keys, plugin.PluginId);

        public IPluginAudit Audit => field ??= new UserAudit(scopes.Audit, plugin.UserId);

        public ValueTask<OtherInstallation?> OfPluginAsync(string slug, CancellationToken cancellationToken = default) =>
            scopes.FindAsync(plugin.UserId, slug, user, cancellationToken);
    }
}
