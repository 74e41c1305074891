using System.Text;
using Berth.Data.Sessions;
using Berth.Lifecycle.Store;
using Berth.Packaging.Manifest;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.PrivatePackages;

/// <summary>
/// What each user may read, in memory, for users who asked lately. What another node grants is seen within
/// <see cref="MaxAge"/>; what this node grants at once.
/// </summary>
internal sealed class PrivateSnapshots(IDatabase database, TimeProvider time)
{
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);
    private const long Capacity = 50_000;
    private readonly BoundedSnapshots<string, Snapshot> _users = new(Capacity);
    private readonly BoundedSnapshots<string, PluginManifest> _manifests = new(capacity: 4_096);
    private readonly Lock _changing = new();
    private long _changes;

    /// <summary>All private versions of a user, newest first within a slug.</summary>
    public ValueTask<IReadOnlyList<AvailableVersion>> OfUserAsync(string userId, CancellationToken cancellationToken) =>
        _users.TryGet(userId, out var known) && time.GetUtcNow() - known.ReadAt < MaxAge
            ? ValueTask.FromResult(known.Versions)
            : new ValueTask<IReadOnlyList<AvailableVersion>>(LoadAsync(userId, cancellationToken));

    /// <summary>Forgets what was known of these users, after a commit that changed what they may read.</summary>
    public void Forget(params IEnumerable<string> userIds)
    {
        lock (_changing)
        {
            _changes++;
            foreach (var userId in userIds)
                _users.Remove(userId);
        }
    }

    private async Task<IReadOnlyList<AvailableVersion>> LoadAsync(string userId, CancellationToken cancellationToken)
    {
        var changes = Interlocked.Read(ref _changes);
        var readAt = time.GetUtcNow();
        var (rows, manifests) = await database.ReadAsync(
            async session =>
            {
                var rows = await PrivateRows.OfUserAsync(session, userId);
                var unknown = rows.Select(row => row.Digest).Where(digest => !_manifests.TryGet(digest, out _)).ToList();
                return (rows, unknown.Count == 0 ? [] : await PrivateRows.ManifestsAsync(session, unknown));
            },
            cancellationToken);
        var read = manifests.ToDictionary(row => row.Digest, row => ManifestReader.Read(Encoding.UTF8.GetBytes(row.Manifest)).Manifest, StringComparer.Ordinal);
        foreach (var (digest, manifest) in read)
        {
            if (manifest is not null)
                _manifests.Set(digest, manifest, weight: 1);
        }

        List<AvailableVersion> versions = [];
        foreach (var row in rows)
        {
            // A manifest that this host cannot read any more is as if it were not there, like one of a newer registry.
            if ((read.GetValueOrDefault(row.Digest) ?? Known(row.Digest)) is { } manifest)
                versions.Add(new AvailableVersion(row.Slug, SemanticVersion.Parse(row.Version), row.Digest, row.Size, row.TrustLevel, IsYanked: false, manifest) { IsPrivate = true });
        }

        var snapshot = new Snapshot(
            [.. versions.OrderBy(version => version.Slug, StringComparer.Ordinal).ThenByDescending(version => version.Version)], readAt);
        lock (_changing)
        {
            // A grant that was committed while we read may not be among the rows: then the next caller reads again.
            if (_changes == changes)
                _users.Set(userId, snapshot, 1 + versions.Count);
        }

        return snapshot.Versions;
    }

    private PluginManifest? Known(string digest) => _manifests.TryGet(digest, out var manifest) ? manifest : null;

    private sealed record Snapshot(IReadOnlyList<AvailableVersion> Versions, DateTimeOffset ReadAt);
}
