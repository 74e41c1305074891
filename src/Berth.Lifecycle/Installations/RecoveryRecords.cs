using System.Text.Json;
using Berth.Lifecycle.Store;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Installations;

/// <summary>
/// The recovery records: <c>users/user_{id}/installed_plugins.json</c>, how each plugin came to a user. The database is
/// the truth; a record is written after the commit, replaced as a whole, and never read on the path of a request.
/// </summary>
/// <remarks>
/// Renamed into place but not flushed: a flush for each of a thousand installations a second would cost more than the
/// record is worth, and what a power cut takes is written again at the next start (<see cref="Lagging"/>, journal).
/// </remarks>
internal sealed partial class RecoveryRecords(StorePaths paths, ILogger<RecoveryRecords> logger)
{
    private const int LockCount = 256;
    private readonly Lock[] _locks = [.. Enumerable.Range(0, LockCount).Select(_ => new Lock())];
    private readonly Lock _laggingLock = new();
    private readonly HashSet<string> _lagging = new(StringComparer.Ordinal);

    /// <summary>Users whose record could not be written since the start.</summary>
    public IReadOnlyCollection<string> Lagging
    {
        get
        {
            lock (_laggingLock)
                return [.. _lagging];
        }
    }

    /// <summary>Puts or (with <see langword="null"/>) removes one entry. A failure is logged and repaired later, never thrown.</summary>
    public void Write(string userId, string slug, RecoveryEntry? entry) => Guarded(userId, path =>
    {
        var entries = Read(path);
        if (entry is null ? entries.Remove(slug) : !entries.TryGetValue(slug, out var before) || before != entry)
        {
            if (entry is not null)
                entries[slug] = entry;
            Replace(path, entries);
        }
    });

    /// <summary>Puts an entry unless there is one.</summary>
    public void WriteMissing(string userId, string slug, RecoveryEntry entry) => Guarded(userId, path =>
    {
        var entries = Read(path);
        if (entries.TryAdd(slug, entry))
            Replace(path, entries);
    });

    /// <summary>Notes which version is in force now; how the plugin came, and what its user chose, stays as it is.</summary>
    public void Keep(InstalledPlugin plugin) => Change(plugin, entry => entry);

    /// <summary>Notes what its user chose.</summary>
    /// <param name="plugin">The installation with the choices in force.</param>
    /// <param name="autoUpdate">Whether it is updated by itself; <see langword="null"/> when that did not change.</param>
    public void Choose(InstalledPlugin plugin, bool? autoUpdate = null) =>
        Change(plugin, entry => entry.WithChoices(plugin.Enabled, plugin.AllowsVariant, plugin.Pinned, plugin.Channel, autoUpdate ?? entry.AutoUpdate is true));

    /// <summary>The entries of a user, or <see langword="null"/> when the record is there and cannot be read.</summary>
    public IReadOnlyDictionary<string, RecoveryEntry>? Find(string userId)
    {
        var path = paths.UserRecord(userId);
        try
        {
            return File.Exists(path)
                ? JsonSerializer.Deserialize(File.ReadAllBytes(path), LifecycleJson.Default.DictionaryStringRecoveryEntry)
                : new Dictionary<string, RecoveryEntry>(StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is JsonException || StoreFaults.IsDisk(exception))
        {
            return null;
        }
    }

    /// <summary>Makes the record hold exactly these entries; how a plugin came stays as the record knows it.</summary>
    public bool Repair(string userId, IReadOnlyDictionary<string, RecoveryEntry> installed)
    {
        var changed = false;
        Guarded(userId, path =>
        {
            var before = Read(path);
            var after = installed.ToDictionary(pair => pair.Key, pair => before.GetValueOrDefault(pair.Key) is { } known
                ? (known with { Version = pair.Value.Version, Digest = pair.Value.Digest }).WithChoicesOf(pair.Value)
                : pair.Value, StringComparer.Ordinal);
            if (before.Count == after.Count && after.All(pair => before.TryGetValue(pair.Key, out var entry) && entry == pair.Value))
                return;
            Replace(path, after);
            changed = true;
        });
        return changed;
    }

    private void Change(InstalledPlugin plugin, Func<RecoveryEntry, RecoveryEntry> change) => Guarded(plugin.UserId, path =>
    {
        var entries = Read(path);
        var before = entries.GetValueOrDefault(plugin.Slug);
        var after = change((before ?? new RecoveryEntry("registry", null, plugin.UserId, plugin.CreatedAt)) with { Version = plugin.Version, Digest = plugin.Digest });
        if (before == after)
            return;
        entries[plugin.Slug] = after;
        Replace(path, entries);
    });

    private void Guarded(string userId, Action<string> write)
    {
        try
        {
            lock (_locks[(uint)userId.GetHashCode(StringComparison.Ordinal) % LockCount])
                write(paths.UserRecord(userId));
            if (_lagging.Count > 0)
            {
                lock (_laggingLock)
                    _lagging.Remove(userId);
            }
        }
        catch (Exception exception) when (StoreFaults.IsDisk(exception) || exception is ArgumentException)
        {
            lock (_laggingLock)
                _lagging.Add(userId);
            LogLagging(exception, userId);
        }
    }

    private static Dictionary<string, RecoveryEntry> Read(string path)
    {
        try
        {
            if (!File.Exists(path))
                return new(StringComparer.Ordinal);
            var entries = JsonSerializer.Deserialize(File.ReadAllBytes(path), LifecycleJson.Default.DictionaryStringRecoveryEntry);
            return entries is null ? new(StringComparer.Ordinal) : new(entries, StringComparer.Ordinal);
        }
        catch (JsonException)
        {
            return new(StringComparer.Ordinal); // cut off by a power failure: written anew
        }
    }

    private static void Replace(string path, Dictionary<string, RecoveryEntry> entries)
    {
        var directory = Path.GetDirectoryName(path)!;
        var temporary = path + ".tmp"; // one writer at a time: we hold the user's lock
        Directory.CreateDirectory(directory);
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(entries, LifecycleJson.Default.DictionaryStringRecoveryEntry));
        File.Move(temporary, path, overwrite: true);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The recovery record of user {User} was not written; it is repaired by the next operation or start")]
    private partial void LogLagging(Exception exception, string user);
}
