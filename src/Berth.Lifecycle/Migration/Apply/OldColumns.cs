using System.Globalization;
using Berth.Lifecycle.Migration.Packages;

namespace Berth.Lifecycle.Migration.Apply;

/// <summary>Columns of old rows as the values of new ones.</summary>
internal static class OldColumns
{
    /// <summary>An instant in Unix milliseconds; texts without a zone are UTC, as the old system wrote them.</summary>
    public static long Instant(IReadOnlyDictionary<string, string?> columns, string name, long otherwise)
    {
        if (columns.GetValueOrDefault(name) is not { } text)
            return otherwise;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return Math.Abs(number) < 100_000_000_000 ? number * 1000 : number;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant.ToUnixTimeMilliseconds()
            : otherwise;
    }

    /// <summary>A flag, however the old system wrote it.</summary>
    public static bool Flag(IReadOnlyDictionary<string, string?> columns, string name, bool otherwise) => columns.GetValueOrDefault(name)?.Trim().ToLowerInvariant() switch
    {
        "1" or "true" or "t" or "yes" => true,
        "0" or "false" or "f" or "no" => false,
        _ => otherwise,
    };

    /// <summary>A whole number.</summary>
    public static long Whole(IReadOnlyDictionary<string, string?> columns, string name) =>
        long.TryParse(columns.GetValueOrDefault(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>A JSON column exactly as it was stored; <paramref name="otherwise"/> when it is empty, null or no JSON.</summary>
    public static string Json(IReadOnlyDictionary<string, string?> columns, string name, string otherwise) =>
        columns.GetValueOrDefault(name) is { } text && OldFields.Parse(text) is not null ? text : otherwise;
}
