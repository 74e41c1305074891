using System.Buffers;
using System.Text;
using Berth.Packaging.Archive.Unicode;

namespace Berth.Packaging.Archive;

/// <summary>The rules that every path in a package keeps, so that it means one file on every system.</summary>
internal static class EntryNames
{
    public const int MaxPathBytes = 1024;
    public const int MaxSegmentBytes = 255;
    public const int MaxLevels = 32;

    // Marks that reorder or hide what a person reads (Unicode Bidi_Control and zero-width marks).
    private static readonly SearchValues<char> Bidi = SearchValues.Create("\u061C\u200B\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2060\u2066\u2067\u2068\u2069\uFEFF");
    private static readonly SearchValues<char> PlainAscii = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    public static bool IsValid(string path) => Check(path).Count == 0;

    /// <summary>All rules the path breaks; none when it is fine.</summary>
    public static IReadOnlyList<PackageFault> Check(string path)
    {
        if (path.Length == 0)
        {
            return [Fault(ArchiveFaultCodes.PathEmpty, "The path is empty. Name a file.", path)];
        }

        List<PackageFault>? faults = null;
        CheckWhole(path, ref faults);
        var levels = 0;
        foreach (var range in path.AsSpan().Split('/'))
        {
            levels++;
            CheckSegment(path, path.AsSpan(range), isFirst: levels == 1, ref faults);
        }

        if (levels > MaxLevels)
        {
            Add(ref faults, ArchiveFaultCodes.PathDepth, $"The path has {levels} levels; {MaxLevels} are allowed.", path);
        }

        return faults ?? (IReadOnlyList<PackageFault>)[];
    }

    /// <summary>The key under which two paths are the same on a file system that ignores case (simple case folding).</summary>
    public static string Fold(string path) => path.ToUpperInvariant().ToLowerInvariant();

    private static void CheckWhole(string path, ref List<PackageFault>? faults)
    {
        if (Encoding.UTF8.GetByteCount(path) is var bytes and > MaxPathBytes)
        {
            Add(ref faults, ArchiveFaultCodes.PathLength, $"The path has {bytes} bytes; {MaxPathBytes} are allowed.", path);
        }

        if (path.Contains('\\', StringComparison.Ordinal))
        {
            Add(ref faults, ArchiveFaultCodes.PathBackslash, "The path contains a backslash. Separate folders with '/'.", path);
        }

        if (path.Contains(':', StringComparison.Ordinal))
        {
            Add(ref faults, ArchiveFaultCodes.PathColon, "The path contains ':', which names a drive or a stream on Windows. Rename the file.", path);
        }

        if (path.Any(char.IsControl))
        {
            Add(ref faults, ArchiveFaultCodes.PathControl, "The path contains a control character. Rename the file.", path);
        }

        if (path.AsSpan().ContainsAny(Bidi))
        {
            Add(ref faults, ArchiveFaultCodes.PathBidi, "The path contains an invisible or direction-changing character. Rename the file.", path);
        }

        // A lone surrogate has no UTF-8 form, so two such names could become one.
        if (!IsWellFormed(path))
        {
            Add(ref faults, ArchiveFaultCodes.PathEncoding, "The path is not valid Unicode. Rename the file.", path);
        }
        else if (!FormC.Contains(path))
        {
            Add(ref faults, ArchiveFaultCodes.PathNormalization, "The path is not in Unicode form C. Rename the file with composed characters.", path);
        }
    }

    private static void CheckSegment(string path, ReadOnlySpan<char> segment, bool isFirst, ref List<PackageFault>? faults)
    {
        switch (segment)
        {
            case "":
                Add(
                    ref faults,
                    isFirst ? ArchiveFaultCodes.PathAbsolute : ArchiveFaultCodes.PathEmptySegment,
                    isFirst ? "The path starts with '/'. Name files relative to the package's root." : "The path has an empty part ('//' or a trailing '/'). Remove it.",
                    path);
                return;
            case ".":
                Add(ref faults, ArchiveFaultCodes.PathDot, "The path has a '.' part. Remove it.", path);
                return;
            case "..":
                Add(ref faults, ArchiveFaultCodes.PathTraversal, "The path has a '..' part and could leave the package. Name files relative to the package's root.", path);
                return;
        }

        if (segment[^1] == '.')
        {
            Add(ref faults, ArchiveFaultCodes.PathTrailingDot, "A part of the path ends in a dot, which Windows drops. Rename the file.", path);
        }

        if (segment[^1] == ' ')
        {
            Add(ref faults, ArchiveFaultCodes.PathTrailingSpace, "A part of the path ends in a space, which Windows drops. Rename the file.", path);
        }

        if (segment.Length > MaxSegmentBytes / 4 && Encoding.UTF8.GetByteCount(segment) is var bytes and > MaxSegmentBytes)
        {
            Add(ref faults, ArchiveFaultCodes.PathSegmentLength, $"A part of the path has {bytes} bytes; {MaxSegmentBytes} are allowed.", path);
        }

        if (WindowsDeviceNames.Contains(segment))
        {
            Add(ref faults, ArchiveFaultCodes.PathDevice, $"'{segment}' is the name of a device on Windows. Rename the file.", path);
        }
    }

    private static bool IsWellFormed(string path)
    {
        if (!path.AsSpan().ContainsAnyExcept(PlainAscii))
        {
            return true;
        }

        for (var i = 0; i < path.Length; i++)
        {
            if (char.IsSurrogate(path[i]) && (i + 1 == path.Length || !char.IsSurrogatePair(path[i], path[++i])))
            {
                return false;
            }
        }

        return true;
    }

    private static void Add(ref List<PackageFault>? faults, string code, string message, string path) => (faults ??= []).Add(Fault(code, message, path));

    private static PackageFault Fault(string code, string message, string path) => new(code, message, Entry: Shown(path));

    // The fault is shown to people and logged: what would break a line or a terminal is escaped, what is endless is cut.
    internal static string Shown(string path)
    {
        var text = new StringBuilder();
        foreach (var c in path.AsSpan(0, Math.Min(path.Length, 256)))
        {
            if (char.IsControl(c) || char.IsSurrogate(c) || Bidi.Contains(c))
            {
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                text.Append(c);
            }
        }

        return path.Length > 256 ? text.Append('…').ToString() : text.ToString();
    }
}
