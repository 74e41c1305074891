using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Settings;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Operations;

/// <summary>Documents that an earlier uninstall kept, on their way into a new installation.</summary>
internal sealed class KeptDocuments(OperationParts parts)
{
    /// <summary>
    /// Imports the documents when another version wrote them and one of the two versions has code of its own for it.
    /// Answers <see langword="false"/> when they are simply to be copied.
    /// </summary>
    public async Task<bool> TryImportAsync(
        RunningOperation running, GenerationRow kept, StoredVersion stored, PluginCode code, UserInstallation view, List<string> notes, CancellationToken cancellationToken)
    {
        if (string.Equals(kept.Version, stored.Version, StringComparison.Ordinal))
            return false;
        var writer = parts.Store.Find(stored.Slug, kept.Version);
        using var writerCode = writer is null ? null : await OpenAsync(writer, notes, cancellationToken);
        if (code.Own is null && writerCode?.Own is null)
            return false;

        await running.StepAsync("export", cancellationToken);
        var old = parts.View(running.Caller, stored.Slug, kept.Version, writer?.Manifest ?? stored.Manifest, kept.Generation, StoredSettings.None);
        var export = await (writerCode ?? PluginCode.None).ExportAsync(old, cancellationToken);

        await running.StepAsync("import", cancellationToken);
        await parts.Database.WriteAsync(
            async session =>
            {
                await GenerationRows.ClearAsync(session, running.Caller.UserId, stored.Slug, running.Generation);
                return true;
            },
            cancellationToken);
        await code.ImportAsync(view, export, cancellationToken);
        return true;
    }

    /// <summary>The version that wrote the documents may not run any more; then they are taken as they were written.</summary>
    private async Task<PluginCode?> OpenAsync(StoredVersion writer, List<string> notes, CancellationToken cancellationToken)
    {
        var (code, failure) = await PluginCode.TryOpenAsync(parts.Pool, writer, cancellationToken);
        if (failure is not null)
            notes.Add($"Version {writer.Version}, which wrote the kept documents, does not run any more; they were taken over as they are. ({failure.Reason})");
        return code;
    }
}
