using System.Collections.Concurrent;

namespace Berth.Host.Tests.Beds;

/// <summary>A user with documents in memory.</summary>
internal sealed class TestUser(string id) : IUserScope, IPluginUser, IUserData
{
    public ConcurrentDictionary<string, string> Documents { get; } = new(StringComparer.Ordinal);

    public string Id { get; } = id;

    public string Name => "User " + Id;

    public IReadOnlyCollection<string> Roles => ["member"];

    public IPluginUser User => this;

    public IReadOnlySet<string> GrantedCapabilities { get; set; } = new HashSet<string>(StringComparer.Ordinal);

    public IUserData Data => this;

    public IPluginCrypto Crypto => new TestKeys(Id);

    public IPluginAudit Audit => new TestKeys(Id);

    public string SettingsJson { get; set; } = """{"theme":"dark"}""";

    /// <summary>The plugins that this user has, beside the one that is called.</summary>
    public ConcurrentDictionary<string, OtherInstallation> Plugins { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What this user has of other plugins: the version, and whether it is switched on. Their documents are those of a user of their own.</summary>
    public ConcurrentDictionary<string, (string Version, bool IsEnabled, TestUser Scope)> Others { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>Installs, updates or switches another plugin.</summary>
    public TestUser Has(string slug, string version, bool isEnabled = true)
    {
        Others.AddOrUpdate(slug, _ => (version, isEnabled, new TestUser(Id) { Others = Others }), (_, before) => (version, isEnabled, before.Scope));
        return this;
    }

    public ValueTask<OtherInstallation?> OfPluginAsync(string slug, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Plugins.TryGetValue(slug, out var plugin) ? plugin : Others.TryGetValue(slug, out var other) ? new OtherInstallation(new PluginVersionId(slug, other.Version), other.IsEnabled, other.Scope) : null);

    public UserInstallation Installation(PluginVersionId plugin) => new(this, plugin.Slug, plugin.Version, this, SettingsJson);

    public Task<string?> GetJsonAsync(string key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Documents.GetValueOrDefault(key));
    }

    public Task SetJsonAsync(string key, string json, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Documents[key] = json;
        return Task.CompletedTask;
    }

    public Task<bool> RemoveAsync(string key, CancellationToken cancellationToken = default) => Task.FromResult(Documents.TryRemove(key, out _));

    public Task<IReadOnlyList<KeyValuePair<string, string>>> ListJsonAsync(string prefix = "", CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<KeyValuePair<string, string>>>(
            [.. Documents.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(pair => pair.Key, StringComparer.Ordinal)]);
}
