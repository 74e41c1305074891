namespace Berth.Host.Offers;

/// <summary>Reads what an administrator writes down as offered: <c>name=/absolute/path</c>, separated by commas.</summary>
internal static class OfferText
{
    private const int LongestName = 32;

    // Their files are windows into the host's own process and into the machine.
    private static readonly string[] NeverOffered = ["/proc", "/sys", "/dev"];

    /// <summary>The pairs, by name.</summary>
    /// <exception cref="FormatException">One is not understood.</exception>
    public static IEnumerable<(string Name, string Path)> Pairs(string text)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                throw new FormatException($"'{part}' is no pair. Write name=/absolute/path, separated by commas.");
            var (name, path) = (part[..equals].Trim(), part[(equals + 1)..].Trim());
            if (!IsName(name))
                throw new FormatException($"'{name}' is no name. Write up to {LongestName} lower case letters, digits and '-', the first a letter or a digit.");
            if (!seen.Add(name))
                throw new FormatException($"the name '{name}' is there twice. Give one of them another name.");
            if (!OperatingSystem.IsLinux())
                throw new FormatException("this can be offered where the host runs on Linux only. Leave the setting out here.");
            if (!path.StartsWith('/'))
                throw new FormatException($"'{path}' is not absolute. Write the whole path of '{name}', from / on.");
            yield return (name, path);
        }
    }

    /// <summary>Whether one path is the other, or lies in it.</summary>
    public static bool IsWithin(string path, string folder) =>
        string.Equals(path, folder, StringComparison.Ordinal) || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);

    /// <summary>Whether nothing there may be offered, whoever asks for it.</summary>
    public static bool IsNeverOffered(string path) => NeverOffered.Any(folder => IsWithin(path, folder));

    /// <summary>The path without links, as far as it exists.</summary>
    public static string RealPath(string path)
    {
        var full = Path.GetFullPath(path);
        if (full == "/")
            return full;
        var parent = RealPath(Path.GetDirectoryName(full)!);
        var here = Path.Combine(parent, Path.GetFileName(full));
        var file = new FileInfo(here);
        // What is not there yet is no link.
        return file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is { } target ? RealPath(target.FullName) : here;
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name[0] != '-' && name.All(letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
}
