using System.Globalization;

namespace Berth.Host.Offers;

/// <summary>A folder of the machine that the administrator offers to plugins with <c>filesystem:read-data</c> or <c>filesystem:write-data</c>.</summary>
/// <param name="Name">By which plugins know it.</param>
/// <param name="Path">Where it is, absolute and without links.</param>
/// <param name="IsWritable">Whether plugins may write and delete there.</param>
public sealed record OfferedFolder(string Name, string Path, bool IsWritable)
{
    private const string Writable = ":rw";
    private const string Most = ";max=";
    private const long LeastBytes = 1 << 10;
    private const long MostBytes = 1L << 50;

    private static readonly (char Letter, int Shift)[] Units = [('G', 30), ('M', 20), ('K', 10)];

    /// <summary>How many bytes may lie there for plugins to write more; <see langword="null"/>: as many as the file system takes.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Reads <c>name=/absolute/path[:rw[;max=SIZE]]</c>, separated by commas.</summary>
    /// <param name="text">As the administrator wrote it.</param>
    /// <param name="own">Folders of the host's own: none of them may be offered, in whole or in part.</param>
    /// <exception cref="FormatException">One cannot be offered; the message says what to do.</exception>
    public static IReadOnlyList<OfferedFolder> Parse(string text, IEnumerable<string> own)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string> kept = [.. own.Select(OfferText.RealPath)];
        return [.. OfferText.Pairs(text).Select(pair => Read(pair.Name, pair.Path, kept))];
    }

    /// <summary>As it is written down.</summary>
    public override string ToString() => $"{Name}={Path}{(IsWritable ? Writable : "")}{(MaxBytes is { } most ? Most + Text(most) : "")}";

    private static OfferedFolder Read(string name, string written, IEnumerable<string> own)
    {
        // From the end: a path may hold the same characters.
        long? most = null;
        if (written.LastIndexOf(Most, StringComparison.Ordinal) is >= 0 and var at && !written[at..].Contains('/', StringComparison.Ordinal))
        {
            most = Size(name, written[(at + Most.Length)..]);
            written = written[..at];
        }

        var isWritable = written.EndsWith(Writable, StringComparison.Ordinal);
        if (most is not null && !isWritable)
            throw new FormatException($"'{name}' is offered for reading, and nothing is written there that 'max' could bound. Write name=/absolute/path:rw;max=SIZE, or leave 'max' out.");
        var path = isWritable ? written[..^Writable.Length] : written;
        if (!Directory.Exists(path))
            throw new FormatException($"there is no folder '{path}'. Make it, or take '{name}' out.");
        var real = OfferText.RealPath(path);
        if (OfferText.IsNeverOffered(real))
            throw new FormatException($"'{path}' is a window into the machine itself and cannot be offered. Take '{name}' out.");
        return own.FirstOrDefault(folder => OfferText.IsWithin(real, folder) || OfferText.IsWithin(folder, real)) is { } taken
            ? throw new FormatException($"'{path}' and the host's own folder '{taken}' overlap: plugins would reach what the host keeps. Offer '{name}' from another place.")
            : new OfferedFolder(name, real, isWritable) { MaxBytes = most };
    }

    private static long Size(string name, string text)
    {
        var shift = text.Length == 0 ? 0 : Array.Find(Units, unit => char.ToUpperInvariant(text[^1]) == unit.Letter).Shift;
        return long.TryParse(shift == 0 ? text : text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= MostBytes >> shift && number << shift >= LeastBytes
            ? number << shift
            : throw new FormatException($"'{text}' is no size from 1K for 'max' of '{name}'. Write a whole number of bytes, or with K, M or G: {name}=/absolute/path:rw;max=10G.");
    }

    private static string Text(long bytes)
    {
        var (letter, shift) = Array.Find(Units, unit => bytes % (1L << unit.Shift) == 0);
        return shift == 0 ? bytes.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{bytes >> shift}{letter}");
    }
}
