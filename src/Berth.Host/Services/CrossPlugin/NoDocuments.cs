namespace Berth.Host.Services.CrossPlugin;

/// <summary>The user of a call to a plugin that they have not installed: a user, and nothing of theirs.</summary>
internal sealed class NoDocuments(IUserScope caller, string slug) : IUserScope, IUserData
{
    public IPluginUser User => caller.User;

    public IReadOnlySet<string> GrantedCapabilities { get; } = new HashSet<string>(StringComparer.Ordinal);

    public IUserData Data => this;

    public string SettingsJson => "{}";

    public ValueTask<OtherInstallation?> OfPluginAsync(string slug, CancellationToken cancellationToken = default) => caller.OfPluginAsync(slug, cancellationToken);

    public Task<string?> GetJsonAsync(string key, CancellationToken cancellationToken = default) => Task.FromResult<string?>(null);

    public Task SetJsonAsync(string key, string json, CancellationToken cancellationToken = default) =>
        throw new InvalidOperationException($"The calling user has not installed {slug}, or has a version of it that does not fit: there is no place for a document.");

    public Task<bool> RemoveAsync(string key, CancellationToken cancellationToken = default) => Task.FromResult(false);

    public Task<IReadOnlyList<KeyValuePair<string, string>>> ListJsonAsync(string prefix = "", CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<KeyValuePair<string, string>>>([]);
}
