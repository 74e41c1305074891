using Berth.Lifecycle.Migration.OldLayout;
using Berth.Lifecycle.Store;
using Berth.Packaging.Archive;

namespace Berth.Lifecycle.Migration.Packages;

/// <summary>
/// Where each old file lies in the package: at its own path, unless a package cannot hold that path. When the bundle that
/// pages load lies outside the folders that are served, what lies beside and below it is served from <c>public/old/</c>,
/// at the same relative places, so that a bundle that finds its chunks beside itself still finds them.
/// </summary>
internal sealed class FilePlacement
{
    public const string ServedAgain = "public/old/";
    private const string Renamed = "old/";

    private static readonly string[] NeverServed = ["src/", "node_modules/", "test/", "tests/", "__tests__/", "__pycache__/"];

    private FilePlacement(IReadOnlyList<PlacedFile> files, string? entry, IReadOnlyList<string> notServed) =>
        (Files, Entry, NotServed) = (files, entry, notServed);

    /// <summary>Every file of the package but the manifest, in the order of the old paths.</summary>
    public IReadOnlyList<PlacedFile> Files { get; }

    /// <summary>Where the bundle lies in the package; <see langword="null"/> when the old files have none.</summary>
    public string? Entry { get; }

    /// <summary>Old paths of files that a browser could show and that Berth does not serve.</summary>
    public IReadOnlyList<string> NotServed { get; }

    public static FilePlacement Of(IReadOnlyList<OldFile> files, string? bundle)
    {
        var entry = files.FirstOrDefault(file => file.Path == bundle)?.Path;
        var isMoved = entry is not null && !ServedPaths.Contains(entry);
        var folder = isMoved ? entry![..(entry!.LastIndexOf('/') + 1)] : null;
        var taken = new TakenPaths();
        List<PlacedFile> placed = [];
        List<string> notServed = [];
        foreach (var file in files)
        {
            var path = taken.TryTake(file.Path) ? file.Path : Rename(file, taken);
            var again = folder is not null && file.Path.StartsWith(folder, StringComparison.Ordinal) && IsForBrowsers(file.Path) && taken.TryTake(ServedAgain + file.Path)
                ? ServedAgain + file.Path
                : null;
            if (again is null)
                placed.Add(new PlacedFile(file, path));
            else if (ServedPaths.Contains(path))
                placed.AddRange([new PlacedFile(file, path), new PlacedFile(file, again)]);
            else
                placed.Add(new PlacedFile(file, again));
            if (again is null && !ServedPaths.Contains(path) && IsForBrowsers(file.Path))
                notServed.Add(file.Path);
        }

        return new FilePlacement(placed, entry is null ? null : placed.Last(file => file.Old.Path == entry).Path, notServed);
    }

    private static string Rename(OldFile file, TakenPaths taken)
    {
        for (var length = 16; length <= file.Sha256.Length; length += 8)
        {
            var path = Renamed + file.Sha256[..length];
            if (taken.TryTake(path))
                return path;
        }

        // The same bytes under several unusable paths: one copy of them is kept for each.
        for (var number = 2; ; number++)
        {
            var path = $"{Renamed}{file.Sha256}-{number}";
            if (taken.TryTake(path))
                return path;
        }
    }

    private static bool IsForBrowsers(string path) =>
        MediaTypes.Of(path) is not MediaTypes.Default
        && !path.StartsWith('.') && !path.Contains("/.", StringComparison.Ordinal)
        && Path.GetFileName(path) is not ("package.json" or "package-lock.json" or "tsconfig.json" or "plugin_metadata.json")
        && !Array.Exists(NeverServed, folder => path.StartsWith(folder, StringComparison.Ordinal) || path.Contains("/" + folder, StringComparison.Ordinal));

    /// <summary>The rules of paths that concern several files: no two differ in case only, no file is also a folder.</summary>
    private sealed class TakenPaths
    {
        private readonly HashSet<string> _files = new(StringComparer.Ordinal) { Fold(Package.ManifestPath) };
        private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

        public bool TryTake(string path)
        {
            // Below a served folder every path is served that a package can hold at all.
            var folded = Fold(path);
            var folders = Folders(folded).ToList();
            if (!ServedPaths.Contains("dist/" + path) || _folders.Contains(folded) || folders.Exists(_files.Contains) || !_files.Add(folded))
                return false;
            _folders.UnionWith(folders);
            return true;
        }

        private static IEnumerable<string> Folders(string path)
        {
            for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
                yield return path[..slash];
        }

        private static string Fold(string path) => path.ToUpperInvariant().ToLowerInvariant();
    }
}

/// <summary>An old file and its path in the package.</summary>
internal sealed record PlacedFile(OldFile Old, string Path)
{
    /// <summary>Whether it lies elsewhere than before.</summary>
    public bool IsElsewhere => !string.Equals(Old.Path, Path, StringComparison.Ordinal);
}
