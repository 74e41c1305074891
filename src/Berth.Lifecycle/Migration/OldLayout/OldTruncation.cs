namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>
/// Marks folders that are not whole. A folder is truncated when
/// (1) the bundle that the row or the plugin's own files name is missing or empty;
/// (2) a chunk that the bundle's table of hashes names is missing or empty;
/// (3) a file is the beginning of the same file in another copy of the same slug and version;
/// (4) it has the same files as another copy of the same slug and version, but not all of them, and that copy has at least
/// as many users.
/// Rules 3 and 4 look at what pages load only: a README may grow.
/// </summary>
internal sealed class OldTruncation(OldLayoutLimits limits, OldFindings findings)
{
    private const int Shown = 5;
    private const string Unknown = "…";
    private static readonly string[] Loaded = [".js", ".mjs", ".cjs", ".css", ".json", ".wasm", ".html", ".svg", ".png", ".woff2"];

    /// <summary>The installations, with <see cref="OldFolder.Truncated"/> filled in.</summary>
    public async Task<IReadOnlyList<OldInstallation>> MarkAsync(IReadOnlyList<OldInstallation> installations, string root, CancellationToken cancellationToken)
    {
        var missing = installations.Select(_ => new SortedSet<string>(StringComparer.Ordinal)).ToList();
        for (var i = 0; i < installations.Count; i++)
        {
            if (installations[i].Folder is { Files.Count: > 0 })
                await CheckBundleAsync(installations[i], root, missing[i], cancellationToken);
        }

        var groups = Enumerable.Range(0, installations.Count)
            .Where(i => installations[i] is { Folder.Files.Count: > 0, Obstacle: null })
            .GroupBy(i => (installations[i].Slug.ToUpperInvariant(), installations[i].Version));
        foreach (var group in groups)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var copies = group.GroupBy(i => installations[i].Folder!.ContentDigest, StringComparer.Ordinal)
                .Select(copy => new Copy(installations[copy.First()].Folder!, [.. copy])).ToList();
            foreach (var copy in copies.Where(_ => copies.Count > 1))
            {
                var others = copies.Where(other => other != copy).ToList();
                var found = Cut(copy, others).Concat(NotCopied(copy, others)).ToList();
                foreach (var i in copy.Indexes)
                    missing[i].UnionWith(found);
            }
        }

        return [.. installations.Select((installation, i) => Marked(installation, Named(missing[i])))];
    }

    // A chunk of which only the end of the name was known may be known by its whole name from another copy.
    private static IReadOnlyList<string> Named(SortedSet<string> missing) =>
        [.. missing.Where(path => path.Split(Unknown) is not [var folder, var ending] || !missing.Any(other => other != path && other.StartsWith(folder, StringComparison.Ordinal) && other.EndsWith(ending, StringComparison.Ordinal)))];

    private OldInstallation Marked(OldInstallation installation, IReadOnlyList<string> missing)
    {
        if (missing.Count == 0)
            return installation;
        if (installation.Obstacle is null)
        {
            findings.Add(
                OldBucket.Truncated,
                $"Missing, empty or cut: {string.Join(", ", missing.Take(Shown))}{(missing.Count > Shown ? $" and {missing.Count - Shown} more" : "")}. It is carried over exactly as it is, as a version of its own, never joined with a whole copy. Update the plugin to get a whole one.",
                installation.UserId, installation.Slug, installation.Version);
        }

        return installation with { Folder = installation.Folder! with { Truncated = missing } };
    }

    private async Task CheckBundleAsync(OldInstallation installation, string root, SortedSet<string> missing, CancellationToken cancellationToken)
    {
        var folder = installation.Folder!;
        if (OldBundles.EntryOf(installation, Path.GetRelativePath(root, folder.Path).Replace('\\', '/')) is not { } entry)
            return;
        if (folder.Files.FirstOrDefault(file => file.Path == entry) is not { Size: > 0 } bundle)
        {
            missing.Add(entry);
            return;
        }

        if (bundle.Size > limits.MaxEntryBytes || !entry.EndsWith("js", StringComparison.Ordinal))
            return;
        var directory = entry[..(entry.LastIndexOf('/') + 1)];
        var beside = folder.Files.Where(file => file.Size > 0 && file.Path.StartsWith(directory, StringComparison.Ordinal)).ToList();
        var bytes = await File.ReadAllBytesAsync(Path.Combine(folder.Path, entry), cancellationToken);
        foreach (var ending in OldBundles.ChunkEndings(bytes).Where(ending => !beside.Exists(file => file.Path.EndsWith(ending, StringComparison.Ordinal))))
            missing.Add(directory + Unknown + ending);
    }

    private static IEnumerable<string> Cut(Copy copy, IReadOnlyList<Copy> others)
    {
        foreach (var file in copy.Folder.Files.Where(file => IsLoaded(file.Path)))
        {
            var longer = others.Select(other => (other.Folder, File: other.Find(file.Path)))
                .Where(other => other.File is { } found && found.Size > file.Size)
                .DistinctBy(other => other.File!.Sha256);
            if (longer.Any(other => IsBeginning(Path.Combine(copy.Folder.Path, file.Path), file.Size, Path.Combine(other.Folder.Path, file.Path))))
                yield return file.Path;
        }
    }

    private static IEnumerable<string> NotCopied(Copy copy, IReadOnlyList<Copy> others) => others
        .Where(other => other.Indexes.Count >= copy.Indexes.Count && other.Folder.Files.Count > copy.Folder.Files.Count
            && copy.Folder.Files.All(file => other.Find(file.Path)?.Sha256 == file.Sha256))
        .SelectMany(other => other.Folder.Files.Where(file => IsLoaded(file.Path) && copy.Find(file.Path) is null).Select(file => file.Path));

    private static bool IsBeginning(string path, long size, string longer)
    {
        if (size == 0)
            return true;
        using var left = File.OpenRead(path);
        using var right = File.OpenRead(longer);
        var (first, second) = (new byte[16 * 1024], new byte[16 * 1024]);
        for (var rest = size; rest > 0;)
        {
            var count = (int)Math.Min(rest, first.Length);
            if (left.ReadAtLeast(first.AsSpan(0, count), count, throwOnEndOfStream: false) < count
                || right.ReadAtLeast(second.AsSpan(0, count), count, throwOnEndOfStream: false) < count
                || !first.AsSpan(0, count).SequenceEqual(second.AsSpan(0, count)))
                return false;
            rest -= count;
        }

        return true;
    }

    private static bool IsLoaded(string path) => Loaded.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>One content, and which installations have it.</summary>
    private sealed class Copy(OldFolder folder, IReadOnlyList<int> indexes)
    {
        private readonly Dictionary<string, OldFile> _files = folder.Files.ToDictionary(file => file.Path, StringComparer.Ordinal);

        public OldFolder Folder { get; } = folder;

        public IReadOnlyList<int> Indexes { get; } = indexes;

        public OldFile? Find(string path) => _files.GetValueOrDefault(path);
    }
}
