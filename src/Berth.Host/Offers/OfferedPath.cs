using System.Text;
using Berth.Worker.Protocol;

namespace Berth.Host.Offers;

/// <summary>A path as plugins write it: the name of an offered folder, then names within it.</summary>
internal sealed record OfferedPath(string Folder, IReadOnlyList<string> Names)
{
    /// <summary>How the host's own files beside those of plugins begin.</summary>
    public const string HostPrefix = ".berth-";

    /// <summary>Reads the path of a folder or of a file.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static OfferedPath Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        WorkerFileNames.JudgePath(path);
        var names = path.Split('/');
        foreach (var name in names)
        {
            if (Fault(name) is { } fault)
                throw new ArgumentException($"'{Shown(path)}' is no path in an offered folder: {fault}. Write folder/relative/path.", nameof(path));
        }

        return new OfferedPath(names[0], names[1..]);
    }

    /// <summary>Reads the path of a file, which is never an offered folder itself.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static OfferedPath ReadFile(string path) => Read(path) is { Names.Count: > 0 } file
        ? file
        : throw new ArgumentException($"'{Shown(path)}' names a folder and no file in it. Write folder/relative/path.", nameof(path));

    /// <summary>Whether a plugin can name it: others are left out of lists.</summary>
    public static bool IsName(string name) => Fault(name) is null;

    public override string ToString() => string.Join('/', [Folder, .. Names]);

    private static string? Fault(string name) => name switch
    {
        "" => "a name in it is empty",
        "." or ".." => $"'{name}' is not followed",
        _ when name.StartsWith(HostPrefix, StringComparison.Ordinal) => $"names that begin with '{HostPrefix}' are the host's own",
        _ when name.Any(letter => char.IsControl(letter) || letter == '\\') || HasHalves(name) => "a name in it has a backslash or a character that is none",
        _ when Encoding.UTF8.GetByteCount(name) > WorkerFileNames.LongestNameBytes => $"a name in it has more than {WorkerFileNames.LongestNameBytes} bytes",
        _ => null,
    };

    // Half a pair is no text, and would become another name on its way to the system.
    private static bool HasHalves(string name) => name.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar);

    private static string Shown(string path) => new([.. path.Take(200).Select(letter => char.IsControl(letter) ? '?' : letter)]);
}
