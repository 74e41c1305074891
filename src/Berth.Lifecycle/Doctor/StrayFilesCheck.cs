using System.Runtime.CompilerServices;
using Berth.Data.Sessions;
using Berth.Lifecycle.Store;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Doctor;

/// <summary>Looks for files and folders in the plugin store that nothing of ours makes. They are set aside, never deleted.</summary>
internal sealed class StrayFilesCheck(IDatabase database, SharedStore store, SetAside setAside) : IDoctorCheck
{
    private const string Record = "installed_plugins.json";

    public string Name => "files";

    public async IAsyncEnumerable<Ailment> RunAsync(DoctorScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (path, explanation) in Shared())
        {
            scope.Done++;
            if (await scope.PersistsAsync(() => Task.FromResult(Shared().Any(one => one.Path == path)), cancellationToken))
                yield return Stray(path, explanation);
        }

        foreach (var path in CutOff())
        {
            scope.Done++;
            yield return Leftover(path);
        }

        foreach (var (name, _) in store.AbandonedStaging())
        {
            scope.Done++;
            yield return new Ailment(
                new Finding(
                    "doctor.leftover", FindingSeverity.Note, $"cache/temp/{name}", "A process ended while it staged a version.", "The next start or cleanup removes it."),
                async cancellation => await store.SweepAsync(cancellation) >= 0 ? "Removed it." : null);
        }

        await foreach (var ailment in UsersAsync(scope, cancellationToken))
            yield return ailment;
    }

    private IEnumerable<(string Path, string Explanation)> Shared()
    {
        foreach (var plugin in Entries(store.Paths.Shared))
        {
            var slug = Path.GetFileName(plugin);
            if (!Directory.Exists(plugin) || !StorePaths.IsSlug(slug))
            {
                if (!IsCutOff(plugin) && (File.Exists(plugin) || Directory.Exists(plugin)))
                    yield return (plugin, "The store has folders of plugins only, each with the name of a slug.");
                continue;
            }

            foreach (var entry in Entries(plugin))
            {
                if (!IsOfStore(entry) && (File.Exists(entry) || Directory.Exists(entry)))
                    yield return (entry, "A plugin's folder has versions, their indexes and metadata.json only.");
            }
        }
    }

    private static bool IsOfStore(string entry)
    {
        var name = Path.GetFileName(entry);
        if (!Directory.Exists(entry))
            return name is "metadata.json" || IsCutOff(entry);
        if (name.EndsWith("_index", StringComparison.Ordinal))
            return Directory.Exists(entry[..^"_index".Length]); // one alone is of a version on its way, or of a process that ended on it
        return name is ['v', ..] && SemanticVersion.TryParse(name[1..], out _);
    }

    /// <summary>What a write leaves that was cut off between its file and the rename.</summary>
    private IEnumerable<string> CutOff() =>
        new[] { store.Paths.Cache, store.Paths.Shared }.Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder).Concat(folder == store.Paths.Shared ? Directory.EnumerateDirectories(folder).SelectMany(Entries).Where(File.Exists) : []))
            .Where(path => IsCutOff(path) && DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > TimeSpan.FromMinutes(5));

    private static bool IsCutOff(string path) => path.EndsWith(".tmp", StringComparison.Ordinal);

    private async IAsyncEnumerable<Ailment> UsersAsync(DoctorScope scope, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var batch in Entries(store.Paths.Users).Chunk(400))
        {
            var ids = batch.Select(UserOf).OfType<string>().ToList();
            var known = ids.Count == 0 ? [] : (await database.ReadAsync(
                session => session.QueryAsync<string>("SELECT id FROM users WHERE id IN @ids", new { ids }), cancellationToken)).ToHashSet(StringComparer.Ordinal);
            foreach (var entry in batch)
            {
                scope.Done++;
                if (UserOf(entry) is not { } user)
                    yield return Stray(entry, "The folder of users has one folder for each user only.");
                else if (!known.Contains(user))
                    yield return Unknown(entry, user);
                else
                {
                    foreach (var file in Entries(entry).Where(file => Path.GetFileName(file) is not Record and not (Record + ".tmp")))
                        yield return Stray(file, "A user's folder has the recovery record only.");
                }
            }
        }
    }

    private static string? UserOf(string entry) =>
        Directory.Exists(entry) && Path.GetFileName(entry) is var name && name.StartsWith("user_", StringComparison.Ordinal) && StorePaths.IsUserId(name[5..]) ? name[5..] : null;

    private Ailment Unknown(string entry, string user) => new(
        new Finding(
            "doctor.user_unknown", FindingSeverity.Warning, user, "There is a recovery record of a user whom the database does not have.",
            "Set the folder aside; when the database was lost, the doctor makes the user again with --rebuild."),
        _ => Task.FromResult<string?>(setAside.Move(entry)));

    private Ailment Leftover(string path) => new(
        new Finding("doctor.leftover", FindingSeverity.Note, setAside.Shown(path), "A process ended while it wrote this file.", "It can be deleted."),
        _ =>
        {
            File.Delete(path);
            return Task.FromResult<string?>("Deleted it.");
        });

    private Ailment Stray(string path, string explanation) => new(
        new Finding("doctor.stray", FindingSeverity.Warning, setAside.Shown(path), explanation, "Set it aside."),
        _ => Task.FromResult<string?>(setAside.Move(path)));

    private static IEnumerable<string> Entries(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal).ToList() : [];
        }
        catch (DirectoryNotFoundException)
        {
            return []; // on its way out
        }
    }
}
