using Berth.Packaging.Archive;

namespace Berth.Packaging.Manifest;

/// <summary>Paths that the manifest names: they keep the rules of paths in a package.</summary>
internal static class ManifestPaths
{
    public static string? Read(ManifestObject section, string member, bool required = false)
    {
        var path = section.Text(member, EntryNames.MaxPathBytes, min: 1, required);
        return path is not null && Check(path, section.PointerTo(member), section.Faults) ? path : null;
    }

    public static IReadOnlyList<string> ReadMany(ManifestObject section, string member)
    {
        var paths = section.Texts(member, EntryNames.MaxPathBytes, distinct: true);
        for (var i = 0; i < paths.Count; i++)
        {
            Check(paths[i], $"{section.PointerTo(member)}/{i}", section.Faults);
        }

        return paths;
    }

    /// <summary>An icon is a name from the front end's set, or, with a slash or a file extension, a path.</summary>
    public static string? Icon(ManifestObject section, string member)
    {
        var icon = section.Text(member, EntryNames.MaxPathBytes, min: 1);
        var isPath = icon is not null && icon.AsSpan().ContainsAny("/\\.:");
        return isPath && !Check(icon!, section.PointerTo(member), section.Faults) ? null : icon;
    }

    private static bool Check(string path, string pointer, ManifestFaults faults)
    {
        var broken = EntryNames.Check(path);
        foreach (var fault in broken)
        {
            faults.Add(ManifestFaultCodes.Path, pointer, fault.Message);
        }

        return broken.Count == 0;
    }
}
