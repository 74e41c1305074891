using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Berth.Host;

namespace Berth.Hostile.Tests.Range;

/// <summary>A user who installed everything and granted what each declares, or nothing of it, with the documents of one plugin. They are bounded and have to be JSON, as the real ones.</summary>
internal sealed class RangeUser(bool isGranting = true) : IUserScope, IPluginUser, IUserData
{
    private const int LongestDocument = 1 << 20;

    private readonly ConcurrentDictionary<string, string> _documents = new(StringComparer.Ordinal);

    public string Id => "0123456789abcdef0123456789abcdef";

    public string Name => "Everybody";

    public IReadOnlyCollection<string> Roles => [];

    public IPluginUser User => this;

    public IReadOnlySet<string> GrantedCapabilities { get; } = Capabilities.All.Where(_ => isGranting).Select(capability => capability.Name).ToHashSet(StringComparer.Ordinal);

    public IUserData Data => this;

    public string SettingsJson => "{}";

    public ValueTask<OtherInstallation?> OfPluginAsync(string slug, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<OtherInstallation?>(new OtherInstallation(new PluginVersionId(slug, "1.0.0"), IsEnabled: true, this));

    public Task<string?> GetJsonAsync(string key, CancellationToken cancellationToken = default) => Task.FromResult(_documents.GetValueOrDefault(key));

    public Task SetJsonAsync(string key, string json, CancellationToken cancellationToken = default)
    {
        if (json.Length > LongestDocument)
            throw new ArgumentException("The document is too long.", nameof(json));
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
            while (reader.Read())
            {
                // To the end.
            }
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"The document is no JSON: {exception.Message}", nameof(json), exception);
        }

        _documents[key] = json;
        return Task.CompletedTask;
    }

    public Task<bool> RemoveAsync(string key, CancellationToken cancellationToken = default) => Task.FromResult(_documents.TryRemove(key, out _));

    public Task<IReadOnlyList<KeyValuePair<string, string>>> ListJsonAsync(string prefix = "", CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<KeyValuePair<string, string>>>([.. _documents.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))]);
}
