using System.Text.Json;

namespace Berth.Plugins.Tests;

/// <summary>One user's documents, with the bounds that <see cref="IUserData"/> promises.</summary>
internal sealed class InMemoryUserData : IUserData
{
    private readonly SortedDictionary<string, string> _documents = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public Task<string?> GetJsonAsync(string key, CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return Task.FromResult(_documents.GetValueOrDefault(key));
    }

    public Task SetJsonAsync(string key, string json, CancellationToken cancellationToken = default)
    {
        if (key.Length is 0 or > 256)
            throw new ArgumentException("A key has 1 to 256 characters.", nameof(key));
        if (System.Text.Encoding.UTF8.GetByteCount(json) > 1024 * 1024)
            throw new ArgumentException("A document has at most 1 MiB.", nameof(json));
        JsonDocument.Parse(json).Dispose();
        lock (_lock)
            _documents[key] = json;
        return Task.CompletedTask;
    }

    public Task<bool> RemoveAsync(string key, CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return Task.FromResult(_documents.Remove(key));
    }

    public Task<IReadOnlyList<KeyValuePair<string, string>>> ListJsonAsync(string prefix = "", CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<KeyValuePair<string, string>>>(
                [.. _documents.Where(document => document.Key.StartsWith(prefix, StringComparison.Ordinal))]);
        }
    }
}
