using System.Runtime.CompilerServices;
using Berth.Data.Blobs;
using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.AutoUpdates;
using Berth.Lifecycle.Cleanup;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Doctor;

/// <summary>Makes rows from recovery records and store. What is there already is kept, so a second run, or one after a kill, does the rest.</summary>
internal sealed class Rebuild(
    IDatabase database, SharedStore store, RecoveryRecords records, VersionRestoration restoration, IEnumerable<IPackageBlobs> packages, TimeProvider time)
{
    public async IAsyncEnumerable<DoctorEvent> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long rebuilt = 0, done = 0;
        var findings = 0;
        await store.EnterAsync(cancellationToken);
        foreach (var user in Users())
        {
            if (records.Find(user) is not { } record)
            {
                findings++;
                yield return new DoctorEvent.Found(new Finding(
                    "doctor.record_unreadable", FindingSeverity.Error, user, "The user's recovery record cannot be read, so nothing could be made of it.", "Restore the file from a backup and run the rebuild again."));
                continue;
            }

            rebuilt += await UserAsync(user, record, cancellationToken);
            foreach (var (slug, entry) in record.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                if (await InstallAsync(user, slug, entry, cancellationToken) is { } finding)
                {
                    findings++;
                    yield return new DoctorEvent.Found(finding);
                }
                else
                {
                    rebuilt++;
                }
            }

            if (++done % 100 == 0)
                yield return new DoctorEvent.Progress("rebuild", done);
        }

        await KeepPackagesAsync(cancellationToken);
        yield return new DoctorEvent.Progress("rebuild", done);
        yield return new DoctorEvent.Ended(findings, 0, 0, rebuilt);
    }

    private IEnumerable<string> Users() => Directory.Exists(store.Paths.Users)
        ? Directory.EnumerateDirectories(store.Paths.Users, "user_*").Select(path => Path.GetFileName(path)[5..]).Where(StorePaths.IsUserId).Order(StringComparer.Ordinal)
        : [];

    /// <summary>No name and no password were kept: the user is called by the id, and an administrator's sign-in link opens the account.</summary>
    private Task<int> UserAsync(string user, IReadOnlyDictionary<string, RecoveryEntry> record, CancellationToken cancellationToken)
    {
        var since = record.Count == 0 ? time.GetUtcNow() : record.Values.Min(entry => entry.InstalledAt);
        return database.WriteAsync(
            session => session.ExecuteAsync(
                "INSERT INTO users (id, username, username_folded, roles, created_at) VALUES (@user, @user, @user, '[]', @at) ON CONFLICT (id) DO NOTHING",
                new { user, at = since.ToUnixTimeMilliseconds() }),
            cancellationToken);
    }

    private async Task<Finding?> InstallAsync(string user, string slug, RecoveryEntry entry, CancellationToken cancellationToken)
    {
        var subject = $"{user}_{slug}";
        var (version, digest) = (entry.Version, entry.Digest);
        if (version is null && store.VersionsOf(slug) is [var only])
            (version, digest) = (only.Version, only.Digest); // a record of an older program, and no choice
        if (version is null || !StorePaths.AreNames(slug, version))
        {
            return new Finding(
                "doctor.rebuild_version", FindingSeverity.Error, subject, "The recovery record does not say which version was installed, and the store does not tell.",
                "Install the plugin for this user again.");
        }

        var id = new PluginVersionId(slug, version);
        if ((digest is null || store.Find(slug, version)?.Digest != digest) && !await TryRestoreAsync(id, digest, cancellationToken))
        {
            return new Finding(
                "doctor.rebuild_files", FindingSeverity.Error, subject, $"The files of {id} are neither in the store nor among this server's packages.",
                "Publish the package again, then run the rebuild again.");
        }

        var stored = store.Find(slug, version)!;
        await store.HoldAsync(stored, cancellationToken);
        await database.WriteAsync(session => InsertAsync(session, user, stored, entry, time.GetUtcNow().ToUnixTimeMilliseconds()), cancellationToken);
        return null;
    }

    private async Task<bool> TryRestoreAsync(PluginVersionId id, string? digest, CancellationToken cancellationToken)
    {
        try
        {
            return digest is not null && await restoration.TryRestoreAsync(id, digest, null, cancellationToken);
        }
        catch (PackageSourceUnavailableException)
        {
            return false;
        }
    }

    private static async Task<bool> InsertAsync(DbSession session, string user, StoredVersion stored, RecoveryEntry entry, long now)
    {
        var (pluginId, at) = ($"{user}_{stored.Slug}", entry.InstalledAt.ToUnixTimeMilliseconds());
        if (await session.ScalarAsync<long>("SELECT COUNT(*) FROM plugin WHERE id = @pluginId", new { pluginId }) > 0)
            return false;
        var newest = await GenerationRows.NewestAsync(session, user, stored.Slug);
        var generation = newest?.Generation ?? 1;
        await GenerationRows.EnsureAsync(session, user, stored.Slug, generation, stored.Version, at);
        await PluginRows.InsertAsync(session, new NewPluginRow(pluginId, user, stored.Slug, stored.Version, stored.Digest, "[]", generation, at));
        await ModuleRows.InsertAsync(session, stored.Manifest, pluginId, user, at);
        await ChooseAsync(session, pluginId, user, stored.Slug, entry, now);
        return true;
    }

    /// <summary>What the user chose. Pin, channel and updates by themselves go together: without its pin, no installation may leave it by itself.</summary>
    private static async Task ChooseAsync(DbSession session, string pluginId, string user, string slug, RecoveryEntry entry, long now)
    {
        if (entry.Enabled is false)
            await PluginRows.SetEnabledAsync(session, pluginId, user, enabled: false, now);
        if (entry.Variant == InstalledPlugin.OriginalVariant)
            await PluginRows.SetVariantAsync(session, pluginId, user, allows: false, now);
        if (SetPolicyOperation.Invalid(entry.Pinned, entry.Channel) is not null)
            return; // edited by hand
        if (entry.Pinned is not null || entry.Channel is not null)
            await PluginRows.SetPolicyAsync(session, pluginId, user, entry.Pinned, entry.Channel ?? InstalledPlugin.StableChannel, now);
        if (entry.AutoUpdate is true)
            await AutoUpdateRows.SetAsync(session, pluginId, user, slug, isOn: true, now);
    }

    /// <summary>The rows that named the packages are gone too. Without this the next cleanup would take them for leftovers.</summary>
    private async Task KeepPackagesAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var blobs in packages)
        {
            var all = new List<string>();
            await foreach (var blob in blobs.ListAsync(cancellationToken))
                all.Add(blob.Digest);
            foreach (var batch in all.Chunk(200))
            {
                var referenced = await DigestReferences.AmongAsync(database, batch, cancellationToken);
                foreach (var digest in batch.Where(digest => !referenced.Contains(digest)))
                {
                    await database.WriteAsync(
                        session => session.ExecuteAsync(
                            "INSERT INTO kept_package (digest, reason, at) VALUES (@digest, 'rebuild', @now) ON CONFLICT (digest) DO NOTHING", new { digest, now }),
                        cancellationToken);
                }
            }
        }
    }
}
