using System.Collections.Concurrent;
using System.Security.Cryptography;
using Berth.Lifecycle.Migration.Apply;
using Berth.Lifecycle.Migration.OldLayout;
using Berth.Lifecycle.Migration.Packages;
using Berth.Lifecycle.Migration.Planning;
using Berth.Lifecycle.Migration.Report;
using Berth.Packaging.Archive;

namespace Berth.Lifecycle.Migration.Verify;

/// <summary>
/// Compares the old system with Berth: every file of every migrated installation over the route that pages use, with that
/// user's right, and every row. A migration has succeeded when this says so, never before (R33).
/// </summary>
internal sealed class Verification(MigrationParts parts, MigrationPlan plan, VerifiedRuns runs, IServedFiles served, MigrationProgress progress)
{
    private const int AtOnce = 8;
    private const int MostDifferences = 10_000;
    private readonly ConcurrentDictionary<string, string> _storedDigests = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<string> _differences = [];
    private readonly ConcurrentBag<string> _changed = [];
    private long _filesServed;
    private long _filesKept;
    private long _rows;
    private long _done;

    public async Task<VerificationReport> RunAsync(CancellationToken cancellationToken)
    {
        var migrated = plan.Installations.Where(one => one is { Old.Row: not null, Content: not null, Fate: InstallationFate.Migrated or InstallationFate.AlreadyMigrated }).ToList();
        var placements = plan.Contents.ToDictionary(content => content.Key, PackageMaker.PlacementOf, StringComparer.Ordinal);
        await Parallel.ForEachAsync(migrated, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (installation, token) =>
        {
            await CompareAsync(installation, placements[installation.Content!.Key], token);
            progress.Report("verify", Interlocked.Increment(ref _done), migrated.Count);
        });
        return new VerificationReport(
            migrated.Count, _filesServed, _filesKept, _rows, _differences.IsEmpty ? plan.OldBytes : 0,
            [.. _changed.Order(StringComparer.Ordinal)], [.. _differences.Order(StringComparer.Ordinal).Take(MostDifferences)]);
    }

    private async Task CompareAsync(PlannedInstallation installation, FilePlacement placement, CancellationToken cancellationToken)
    {
        var pluginId = installation.PluginId;
        var (plugin, modules) = await parts.Database.ReadAsync(
            async session => (await MigratedPlugin.FindAsync(session, pluginId), await MigratedModule.OfAsync(session, pluginId)), cancellationToken);
        if (plugin is null)
        {
            Miss(installation, $"{pluginId}: is not installed");
            return;
        }

        if (IsChanged(installation.Old.Row!, plugin.UpdatedAt) || plugin.Version != installation.Content!.Version)
        {
            if (IsTheirs(installation))
            {
                _changed.Add($"{pluginId}: changed by its user since");
                return;
            }
        }

        CompareRows(installation, plugin, modules);
        var asked = new ServedInstallation(plugin.UserId, plugin.Id, plugin.PluginSlug, plugin.Version, plugin.Digest);
        foreach (var file in installation.Old.Folder!.Files)
            await CompareAsync(asked, plugin, file, placement, cancellationToken);
    }

    /// <summary>Whether its user may have changed it: since a verification said that all was as before.</summary>
    private bool IsTheirs(PlannedInstallation installation) =>
        installation.Fate == InstallationFate.AlreadyMigrated && !runs.NotVerified.Contains(TargetState.Fold(installation.PluginId));

    /// <summary>An installation that was verified once and its user has removed since is no loss.</summary>
    private void Miss(PlannedInstallation installation, string what)
    {
        if (IsTheirs(installation))
            _changed.Add(what);
        else
            _differences.Add(what);
    }

    private void CompareRows(PlannedInstallation installation, MigratedPlugin plugin, IReadOnlyList<MigratedModule> modules)
    {
        Count(SettingsComparison.Plugin(installation.Old, plugin));
        foreach (var (name, row) in InstallationBatch.Modules(installation.Old))
        {
            if (modules.FirstOrDefault(module => module.Name == name) is not { } module)
                _differences.Add($"{plugin.Id}: the module {name} is gone");
            else if (IsTheirs(installation) && IsChanged(row, module.UpdatedAt))
                _changed.Add($"{module.Id}: changed by its user since");
            else
                Count(SettingsComparison.Module(row, module).Concat(module.Id == $"{plugin.Id}_{name}" && module.UserId == plugin.UserId ? [] : [$"{module.Id}: is not the id of {name}"]));
        }
    }

    /// <summary>The run writes the old times: a later one is of somebody's hand in Berth.</summary>
    private bool IsChanged(OldRow old, long updatedAt) =>
        updatedAt > runs.StartedAt && updatedAt != OldColumns.Instant(old.Columns, "updated_at", OldColumns.Instant(old.Columns, "created_at", runs.StartedAt));

    private void Count(IEnumerable<string> differences)
    {
        var found = differences.ToList();
        if (found.Count == 0)
            Interlocked.Increment(ref _rows);
        foreach (var difference in found)
            _differences.Add(difference);
    }

    private async Task CompareAsync(
        ServedInstallation installation, MigratedPlugin plugin, OldFile file, FilePlacement placement, CancellationToken cancellationToken)
    {
        foreach (var path in placement.Files.Where(placed => placed.Old.Path == file.Path).Select(placed => placed.Path))
        {
            if (plugin.Enabled != 0 && ServedPaths.Contains(path))
            {
                var (sha256, status) = await served.ReadAsync(installation, path, cancellationToken);
                if (sha256 == file.Sha256)
                    Interlocked.Increment(ref _filesServed);
                else
                    _differences.Add($"{plugin.Id}: {path} {(sha256 is null ? $"answers {status}" : "has other bytes")}");
            }
            else if (Stored(plugin, path) == file.Sha256)
            {
                Interlocked.Increment(ref _filesKept);
            }
            else
            {
                _differences.Add($"{plugin.Id}: {path} is not in the store with its bytes");
            }
        }
    }

    /// <summary>SHA-256 of a file in the store, read from the disk once for each version.</summary>
    private string Stored(MigratedPlugin plugin, string path) => _storedDigests.GetOrAdd($"{plugin.PluginSlug}/{plugin.Version}/{path}", _ =>
    {
        if (parts.Store.Find(plugin.PluginSlug, plugin.Version) is not { } stored || Path.Combine(stored.Directory, path) is var full && !File.Exists(full))
            return "";
        using var content = File.OpenRead(full);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    });
}

/// <summary>What was migrated before.</summary>
/// <param name="StartedAt">When the first run began.</param>
/// <param name="NotVerified">Plugin ids, folded, of runs that no verification has passed yet.</param>
internal sealed record VerifiedRuns(long StartedAt, IReadOnlySet<string> NotVerified);
