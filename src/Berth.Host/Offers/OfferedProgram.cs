namespace Berth.Host.Offers;

/// <summary>A program of the machine that the administrator offers to plugins with <c>process:spawn-child</c>.</summary>
/// <param name="Name">By which plugins know it.</param>
/// <param name="Path">Where it is, absolute.</param>
public sealed record OfferedProgram(string Name, string Path)
{
    /// <summary>What every program sees of the machine.</summary>
    internal const string Machine = "/usr";

    /// <summary>Reads <c>name=/absolute/path</c>, separated by commas.</summary>
    /// <param name="text">As the administrator wrote it.</param>
    /// <param name="own">Folders of the host's own: programs may not see them.</param>
    /// <exception cref="FormatException">One cannot be offered; the message says what to do.</exception>
    public static IReadOnlyList<OfferedProgram> Parse(string text, IEnumerable<string> own)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string> kept = [.. own.Select(OfferText.RealPath)];
        List<OfferedProgram> offered = [.. OfferText.Pairs(text).Select(pair => Read(pair.Name, pair.Path, kept))];
        return offered.Count > 0 && kept.Find(folder => OfferText.IsWithin(folder, Machine)) is { } seen
            ? throw new FormatException($"the host's own folder '{seen}' lies in {Machine}, which every program sees. Keep the host's data elsewhere, or offer no programs.")
            : offered;
    }

    /// <summary>As it is written down.</summary>
    public override string ToString() => $"{Name}={Path}";

    private static OfferedProgram Read(string name, string path, IEnumerable<string> own)
    {
        const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        if (!File.Exists(path))
            throw new FormatException($"there is no program '{path}'. Install it, or take '{name}' out.");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Executable) == UnixFileMode.None)
            throw new FormatException($"'{path}' cannot be run: nobody has the right to. Give it (chmod a+rx), or take '{name}' out.");
        var real = OfferText.RealPath(path);
        return OfferText.IsNeverOffered(real) || own.Any(folder => OfferText.IsWithin(real, folder))
            ? throw new FormatException($"'{path}' lies in a folder of the host's own and cannot be offered. Offer '{name}' from another place.")
            : new OfferedProgram(name, System.IO.Path.GetFullPath(path));
    }
}
