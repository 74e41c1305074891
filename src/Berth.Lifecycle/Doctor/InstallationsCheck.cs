using System.Runtime.CompilerServices;
using Berth.Data.Sessions;
using Berth.Host;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Rows;
using Berth.Lifecycle.Store;

namespace Berth.Lifecycle.Doctor;

/// <summary>Compares each installation with its version's files, its modules with the manifest, its generations with what is there.</summary>
internal sealed class InstallationsCheck(IDatabase database, SharedStore store, OperationParts parts, InstallationRepair repair) : IDoctorCheck
{
    private const int PageSize = 400;

    public string Name => "installations";

    public async IAsyncEnumerable<Ailment> RunAsync(DoctorScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var after = ""; ;)
        {
            var page = await database.ReadAsync(session => InstallationPage.ReadAsync(session, after, PageSize), cancellationToken);
            if (page.Rows.Count == 0)
                yield break;
            foreach (var row in page.Rows)
            {
                scope.Done++;
                foreach (var (finding, fix) in Examine(row, page))
                {
                    if (await IsStillSoAsync(scope, row, finding, cancellationToken))
                        yield return new Ailment(finding, fix);
                }
            }

            after = page.Rows[^1].Id;
        }
    }

    /// <summary>Looks again, behind the user's own commits. Whatever an operation works on is left to it.</summary>
    private Task<bool> IsStillSoAsync(DoctorScope scope, InstallationRow row, Finding finding, CancellationToken cancellationToken) => scope.PersistsAsync(
        async () =>
        {
            using var gate = await parts.UserGate.EnterAsync(row.UserId, cancellationToken);
            var now = await database.ReadAsync(session => InstallationPage.ReadOneAsync(session, row.Id), cancellationToken);
            return now.Rows is [var present] && !now.IsRunning(present) && Examine(present, now).Any(one => one.Finding == finding);
        },
        cancellationToken);

    private IEnumerable<(Finding Finding, Func<CancellationToken, Task<string?>>? Fix)> Examine(InstallationRow row, InstallationPage page)
    {
        if (row.Id != $"{row.UserId}_{row.PluginSlug}")
            yield return (Finding("doctor.row_id", row, "Its id is not made of its user and its slug.", "Uninstall the plugin for this user and install it again."), null);
        var stored = store.Find(row.PluginSlug, row.Version);
        if (stored is not null && !Directory.Exists(stored.Directory))
        {
            store.Forget(new PluginVersionId(row.PluginSlug, row.Version));
            stored = null;
        }

        if (stored is null)
        {
            yield return (Finding("doctor.version_missing", row, $"Version {row.Version} is not in the store.", "Restore the version from its package."), Repair(row));
            yield break;
        }

        if (!string.Equals(stored.Digest, row.Digest, StringComparison.Ordinal))
            yield return (Finding("doctor.digest_differs", row, $"It was installed from the package {row.Digest}, and the store holds {stored.Digest} as {row.Version}.", "Restore the version from its package."), Repair(row));
        if (Modules(row, page, stored) is { } modules)
            yield return (Finding("doctor.modules_differ", row, modules, "Make the rows those of the manifest; what the user chose stays.", FindingSeverity.Warning), Repair(row));
        if (!page.HasGeneration(row, row.Generation))
            yield return (Finding("doctor.generation_missing", row, $"Generation {row.Generation} of its documents is not there.", "Make the generation, without documents."), Repair(row));
        if (Slot(row, page) is { } slot)
            yield return (Finding("doctor.slot_broken", row, slot, "Restore the version from its package; when nobody has it, empty the rollback slot.", FindingSeverity.Warning), cancellation => repair.SlotAsync(row, page.HasGeneration(row, row.PreviousGeneration ?? 0), cancellation));
    }

    private static string? Modules(InstallationRow row, InstallationPage page, StoredVersion stored)
    {
        var wanted = ModuleRows.TemplatesOf(stored.Manifest).Select(template => template.Name).ToHashSet(StringComparer.Ordinal);
        var rows = page.ModulesOf(row.Id);
        var present = rows.Select(module => module.Name).ToHashSet(StringComparer.Ordinal);
        var wrong = rows.Where(module => module.UserId != row.UserId || module.Id != $"{row.Id}_{module.Name}").Select(module => module.Id).ToList();
        List<string> parts =
        [
            .. wanted.Except(present, StringComparer.Ordinal).Select(name => $"{name} is missing"),
            .. present.Except(wanted, StringComparer.Ordinal).Select(name => $"{name} is not in the manifest"),
            .. wrong.Select(id => $"the row {id} is not this installation's"),
        ];
        return parts.Count == 0 ? null : $"Its modules are not those of {row.Version}: {string.Join(", ", parts.Order(StringComparer.Ordinal))}.";
    }

    private string? Slot(InstallationRow row, InstallationPage page)
    {
        if (row.PreviousVersion is not { } version)
            return null;
        if (row.PreviousGeneration is not { } generation || !page.HasGeneration(row, generation))
            return $"The documents of {version} in the rollback slot are not there.";
        var stored = store.Find(row.PluginSlug, version);
        return stored is null || !Directory.Exists(stored.Directory) ? $"Version {version} in the rollback slot is not in the store."
            : !string.Equals(stored.Digest, row.PreviousDigest, StringComparison.Ordinal) ? $"Version {version} in the rollback slot is in the store with other bytes."
            : null;
    }

    private Func<CancellationToken, Task<string?>> Repair(InstallationRow row) => cancellation => repair.RunAsync(row, cancellation);

    private static Finding Finding(string code, InstallationRow row, string explanation, string remedy, FindingSeverity severity = FindingSeverity.Error) =>
        new(code, severity, row.Id, explanation, remedy);
}
