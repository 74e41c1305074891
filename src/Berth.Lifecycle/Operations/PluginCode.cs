using Berth.Host;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Operations;

/// <summary>The code of one version for the calls of an operation: a lease on its instance, or nothing when it brings none.</summary>
internal sealed class PluginCode : IDisposable
{
    private readonly IInstanceLease? _lease;

    private PluginCode(IInstanceLease? lease) => _lease = lease;

    /// <summary>A version without code: the declarative default serves it.</summary>
    public static PluginCode None { get; } = new(null);

    /// <summary>The plugin's own lifecycle manager, when it has one.</summary>
    public ILifecycleCalls? Own => _lease is { Lifecycle.IsOwn: true } ? _lease.Lifecycle : null;

    /// <summary>Takes a lease when the version brings code.</summary>
    /// <exception cref="StepFailedException">The version cannot run here.</exception>
    public static async Task<PluginCode> OpenAsync(IInstancePool pool, StoredVersion version, CancellationToken cancellationToken) =>
        await TryOpenAsync(pool, version, cancellationToken) switch
        {
            (not null and var code, _) => code,
            (_, var failed) => throw new StepFailedException(failed!.Code, $"{failed.Reason} Nothing was changed.", failed.RetryAfter),
        };

    /// <summary>The same, with the reason instead of an exception.</summary>
    public static async Task<(PluginCode? Code, LeaseOutcome.Failed? Failure)> TryOpenAsync(
        IInstancePool pool, StoredVersion version, CancellationToken cancellationToken)
    {
        if (version.Manifest.Module is null)
            return (None, null);
        return await pool.LeaseAsync(new PluginVersionId(version.Slug, version.Version), cancellationToken) switch
        {
            LeaseOutcome.Leased leased => (new PluginCode(leased.Lease), null),
            LeaseOutcome.Failed failed => (null, failed),
            LeaseOutcome.NotFound missing => (null, new LeaseOutcome.Failed("plugin.files_missing", missing.Reason, null)),
            var other => throw new NotSupportedException($"The host answered {other.GetType().Name} to a lease."),
        };
    }

    /// <summary>Hands out documents in the version's format: by its own code, or as they are.</summary>
    public async Task<UserDataExport> ExportAsync(UserInstallation installation, CancellationToken cancellationToken) =>
        Own is { } own
            ? await own.ExportAsync(installation, cancellationToken) with { Version = installation.Version }
            : new UserDataExport(installation.Version, await installation.Data.ListJsonAsync("", cancellationToken));

    /// <summary>Takes documents over: by the version's own code, or unchanged.</summary>
    public async Task ImportAsync(UserInstallation installation, UserDataExport export, CancellationToken cancellationToken)
    {
        if (Own is { } own)
        {
            await own.ImportAsync(installation, export, cancellationToken);
            return;
        }

        foreach (var (key, json) in export.Documents)
            await installation.Data.SetJsonAsync(key, json, cancellationToken);
    }

    public void Dispose() => _lease?.Dispose();
}
