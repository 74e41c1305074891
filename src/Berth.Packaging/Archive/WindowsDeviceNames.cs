namespace Berth.Packaging.Archive;

/// <summary>Names that open a device instead of a file on Windows, whatever their extension (Win32 "Naming Files").</summary>
internal static class WindowsDeviceNames
{
    public static bool Contains(ReadOnlySpan<char> segment)
    {
        var dot = segment.IndexOf('.');
        var stem = (dot < 0 ? segment : segment[..dot]).TrimEnd(' ');
        return stem.Length switch
        {
            3 => Is(stem, "CON") || Is(stem, "PRN") || Is(stem, "AUX") || Is(stem, "NUL"),
            // Windows takes the superscript digits for digits.
            4 => (Is(stem[..3], "COM") || Is(stem[..3], "LPT")) && stem[3] is (>= '0' and <= '9') or '\u00B9' or '\u00B2' or '\u00B3',
            6 => Is(stem, "CONIN$"),
            7 => Is(stem, "CONOUT$"),
            _ => false,
        };
    }

    private static bool Is(ReadOnlySpan<char> stem, string name) => stem.Equals(name, StringComparison.OrdinalIgnoreCase);
}
