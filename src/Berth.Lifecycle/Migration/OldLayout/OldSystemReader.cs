using System.Collections.Concurrent;

namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>Reads the whole old system without writing a byte to it.</summary>
/// <remarks>
/// Before: the old system does not run. After: everything it holds, in an order that depends on nothing but the content;
/// no file of it has another byte, time or neighbour. After a failure: the same, and nothing was returned. What is broken
/// in one plugin is a finding and never an exception.
/// </remarks>
internal sealed class OldSystemReader(OldLayoutLimits? limits = null)
{
    // Two cores read a disk as fast as it goes; more of them would only compete with whatever else runs there.
    private const int Parallelism = 2;
    private readonly OldLayoutLimits _limits = limits ?? OldLayoutLimits.Default;

    /// <summary>database → users → folders → which row has which folder → files → installations → what is cut → what is equal.</summary>
    /// <exception cref="OldSystemException">It cannot be read at all.</exception>
    public async Task<OldSystem> ReadAsync(
        string pluginsDirectory, string databaseFile, IProgress<OldReadingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(pluginsDirectory);
        ArgumentException.ThrowIfNullOrEmpty(databaseFile);
        var root = Path.GetFullPath(pluginsDirectory);
        var findings = new OldFindings(_limits);

        progress?.Report(new OldReadingProgress("database", 0, 0));
        var tables = OldDatabase.Read(databaseFile, _limits, findings, cancellationToken);
        var users = OldUsers.From(tables, findings);
        var rows = new OldRows(users, findings).Read(tables);

        progress?.Report(new OldReadingProgress("folders", 0, 0));
        var usersInRows = rows.Select(row => OldIds.UserKey(row.UserId)).ToHashSet(StringComparer.Ordinal);
        var layout = new OldLayoutScan(users, usersInRows, _limits, findings).Run(root, databaseFile, cancellationToken);
        var claims = new OldMatching(layout, findings).Match(rows);

        var folders = await ReadFoldersAsync(claims, findings, progress, cancellationToken);
        var bytes = folders.Values.Sum(folder => folder.Folder?.Bytes ?? 0);
        var installations = new OldAssembly(users, folders, findings).Assemble(claims);

        progress?.Report(new OldReadingProgress("compare", 0, 0));
        installations = await new OldTruncation(_limits, findings).MarkAsync(installations, root, cancellationToken);
        OldComparison.Report(installations, findings);
        return new OldSystem(users.All, installations, findings.Sorted(), bytes);
    }

    private async Task<IReadOnlyDictionary<FoundFolder, OldReadFolder>> ReadFoldersAsync(
        IReadOnlyList<OldClaim> claims, OldFindings findings, IProgress<OldReadingProgress>? progress, CancellationToken cancellationToken)
    {
        var reader = new OldFolderReader(_limits, findings);
        var found = claims.Select(claim => claim.Folder).OfType<FoundFolder>().Distinct<FoundFolder>(ReferenceEqualityComparer.Instance).ToList();
        var read = new ConcurrentDictionary<FoundFolder, OldReadFolder>(ReferenceEqualityComparer.Instance);
        var done = 0;
        await Parallel.ForEachAsync(found, new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken }, async (folder, token) =>
        {
            var (files, obstacle) = await reader.ReadAsync(folder, token);
            read[folder] = new OldReadFolder(files, obstacle, files is null ? null : OldDescriptions.Read(folder, _limits, findings));
            progress?.Report(new OldReadingProgress("files", Interlocked.Increment(ref done), found.Count));
        });
        return read;
    }
}
