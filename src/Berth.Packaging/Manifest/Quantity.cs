using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Berth.Packaging.Manifest;

/// <summary>
/// Limits as numbers in the base unit or as texts with a unit: bytes (<c>B KB MB GB TB</c>, powers of 1,024; <c>KiB</c> … are
/// the same), bytes a second (the same, <c>/s</c> optional), time (<c>ms s m h</c>), percent of one processor (<c>%</c>).
/// </summary>
internal static class Quantity
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private static readonly Dictionary<string, double> ByteUnits = new(StringComparer.OrdinalIgnoreCase)
    {
        ["B"] = 1,
        ["KB"] = 1L << 10,
        ["KiB"] = 1L << 10,
        ["MB"] = 1L << 20,
        ["MiB"] = 1L << 20,
        ["GB"] = 1L << 30,
        ["GiB"] = 1L << 30,
        ["TB"] = 1L << 40,
        ["TiB"] = 1L << 40,
    };

    private static readonly Dictionary<string, double> RateUnits =
        ByteUnits.SelectMany(unit => new[] { unit, new(unit.Key + "/s", unit.Value) }).ToDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, double> TimeUnits = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ms"] = 1,
        ["s"] = 1000,
        ["m"] = 60_000,
        ["min"] = 60_000,
        ["h"] = 3_600_000,
    };

    private static readonly Dictionary<string, double> PercentUnits = new(StringComparer.Ordinal) { ["%"] = 1 };

    public static long? Bytes(ManifestObject section, string member) =>
        (long?)Read(section, member, ByteUnits, 1L << 50, "bytes, or a text such as \"256MB\"");

    public static long? BytesPerSecond(ManifestObject section, string member) =>
        (long?)Read(section, member, RateUnits, 1L << 50, "bytes a second, or a text such as \"1MB/s\"");

    public static long? Milliseconds(ManifestObject section, string member, long max = 86_400_000) =>
        (long?)Read(section, member, TimeUnits, max, "milliseconds, or a text such as \"30s\"");

    public static double? Percent(ManifestObject section, string member) =>
        Read(section, member, PercentUnits, 100_000, "percent of one processor, or a text such as \"50%\"");

    private static double? Read(ManifestObject section, string member, Dictionary<string, double> units, double max, string expected)
    {
        if (section.Find(member, expected, JsonValueKind.Number, JsonValueKind.String) is not { } value)
        {
            return null;
        }

        double amount;
        if (value.ValueKind == JsonValueKind.Number)
        {
            amount = value.TryGetDouble(out var number) ? number : double.PositiveInfinity;
        }
        else if (ManifestText.Check(value, section.PointerTo(member), 1, 32, section.Faults) is not { } text)
        {
            return null;
        }
        else if (!TryParse(text, units, out amount))
        {
            section.Fault(ManifestFaultCodes.Unit, member, $"{ManifestFaults.Quote(text)} is not understood. Write {expected}.");
            return null;
        }

        if (amount > 0 && amount <= max)
        {
            return amount;
        }

        section.Fault(ManifestFaultCodes.Range, member, $"'{member}' must be more than 0 and at most {max.ToString("0", CultureInfo.InvariantCulture)}.");
        return null;
    }

    private static bool TryParse(string text, Dictionary<string, double> units, out double amount)
    {
        var digits = text.AsSpan().IndexOfAnyExcept(Digits);
        amount = 0;
        if (digits <= 0
            || !units.TryGetValue(text[digits..].TrimStart(' '), out var factor)
            || !double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        amount = number * factor;
        return true;
    }
}
