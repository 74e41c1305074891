using Berth.Host;
using Berth.Host.Health;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Trust;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Berth.Lifecycle.Installations;

/// <summary>Checks an installation: rows, files, modules, and what the plugin says itself. The first that fails names the status.</summary>
internal sealed class InstallationStatus(InstallationSnapshots installations, SharedStore store, OperationParts parts, IPluginHealth health, RegistryTrust trust) : IInstallationStatus
{
    private const int MostNamed = 5;

    public async Task<StatusReport> CheckAsync(OperationCaller caller, string slug, CancellationToken cancellationToken = default)
    {
        var installed = await installations.OfUserAsync(caller.UserId, cancellationToken);
        if (!installed.TryFind(slug, out var plugin))
            return new StatusReport("not_installed", null, new Dictionary<string, string>(StringComparer.Ordinal));

        var details = new Dictionary<string, string>(StringComparer.Ordinal) { ["database"] = "ok" };
        if (trust.StopOf(plugin.Slug, plugin.Version) is { } stop)
            return new StatusReport("quarantined", plugin, new Dictionary<string, string>(details, StringComparer.Ordinal) { ["trust"] = stop });
        var status = CheckFiles(plugin, details, out var stored);
        if (stored is null)
            return new StatusReport(status, plugin, details);
        if (!await CheckModulesAsync(plugin, stored, details, cancellationToken) && status is "healthy")
            status = "modules_corrupted";
        if (!await CheckOwnCodeAsync(caller, plugin, stored, details, cancellationToken) && status is "healthy")
            status = "unhealthy";
        return new StatusReport(status, plugin, details);
    }

    private string CheckFiles(InstalledPlugin plugin, Dictionary<string, string> details, out StoredVersion? stored)
    {
        stored = store.Find(plugin.Slug, plugin.Version);
        var index = stored is null ? null : store.IndexOf(new PluginVersionId(plugin.Slug, plugin.Version));
        if (stored is null || index is null)
        {
            details["files"] = "The version is not in the store.";
            return "files_missing";
        }

        if (!string.Equals(stored.Digest, plugin.Digest, StringComparison.Ordinal))
        {
            details["files"] = "The store holds other bytes under this version than were installed.";
            return "files_modified";
        }

        List<string> missing = [], modified = [];
        foreach (var file in index.Files)
        {
            var info = new FileInfo(Path.Combine(stored.Directory, file.Path));
            if (!info.Exists)
                missing.Add(file.Path);
            else if (info.Length != file.Size)
                modified.Add(file.Path);
        }

        details["files"] = (missing.Count, modified.Count) switch
        {
            (0, 0) => $"ok, {index.Files.Count} files",
            (0, _) => $"Of another size than in the package: {Named(modified)}",
            _ => $"Missing: {Named(missing)}",
        };
        return missing.Count > 0 ? "files_missing" : modified.Count > 0 ? "files_modified" : "healthy";
    }

    private async Task<bool> CheckModulesAsync(InstalledPlugin plugin, StoredVersion stored, Dictionary<string, string> details, CancellationToken cancellationToken)
    {
        var rows = await installations.ModulesAsync(plugin.UserId, plugin.PluginId, cancellationToken);
        var present = rows.Select(row => row.Name).ToHashSet(StringComparer.Ordinal);
        var wanted = ModuleRows.TemplatesOf(stored.Manifest).Select(template => template.Name).ToHashSet(StringComparer.Ordinal);
        var missing = wanted.Except(present, StringComparer.Ordinal).ToList();
        var surplus = present.Except(wanted, StringComparer.Ordinal).ToList();
        details["modules"] = (missing.Count, surplus.Count) switch
        {
            (0, 0) => $"ok, {present.Count} modules",
            (0, _) => $"Not in the manifest: {Named(surplus)}",
            _ => $"Missing: {Named(missing)}",
        };
        return missing.Count + surplus.Count == 0;
    }

    private async Task<bool> CheckOwnCodeAsync(
        OperationCaller caller, InstalledPlugin plugin, StoredVersion stored, Dictionary<string, string> details, CancellationToken cancellationToken)
    {
        var (code, failure) = await PluginCode.TryOpenAsync(parts.Pool, stored, cancellationToken);
        if (failure is not null)
        {
            details["runtime"] = failure.Reason;
            return false;
        }

        using (code)
        {
            details["runtime"] = "ok";
            var isWell = await CheckHealthAsync(new PluginVersionId(plugin.Slug, plugin.Version), details, cancellationToken);
            if (code!.Own is not { } own)
                return isWell;
            try
            {
                var view = parts.View(caller, plugin.Slug, plugin.Version, stored.Manifest, plugin.Generation, plugin.Settings);
                var check = await own.CheckAsync(view, cancellationToken);
                details["lifecycle_manager"] = check.IsHealthy ? "ok" : string.Join(" ", check.Problems);
                return check.IsHealthy && isWell;
            }
            catch (PluginCallException exception)
            {
                details["lifecycle_manager"] = exception.Reason;
                return false;
            }
        }
    }

    // What the version says of itself, for all its users; only a clear no makes the installation unhealthy.
    private async Task<bool> CheckHealthAsync(PluginVersionId id, Dictionary<string, string> details, CancellationToken cancellationToken)
    {
        if (await health.CheckAsync(id, cancellationToken) is not { Entries.Count: > 0 } report)
            return true;
        var ill = report.Entries.Where(entry => entry.Status != HealthStatus.Healthy)
            .Select(entry => $"{entry.Name}: {entry.Description ?? entry.Status.ToString().ToLowerInvariant()}").ToList();
        details["health_checks"] = ill.Count == 0 ? $"ok, {report.Entries.Count} checks" : string.Join("; ", ill);
        return report.Status != HealthStatus.Unhealthy;
    }

    private static string Named(List<string> names) =>
        names.Count <= MostNamed ? string.Join(", ", names) : $"{string.Join(", ", names.Take(MostNamed))} and {names.Count - MostNamed} more";
}
