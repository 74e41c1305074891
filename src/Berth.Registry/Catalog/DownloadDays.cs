using System.Globalization;

namespace Berth.Registry.Catalog;

/// <summary>Days as the table of downloads writes them: <c>YYYY-MM-DD</c>, UTC.</summary>
internal static class DownloadDays
{
    private const string Format = "yyyy-MM-dd";

    public static string Text(int dayNumber) => Text(DateOnly.FromDayNumber(dayNumber));

    public static string Text(DateOnly day) => day.ToString(Format, CultureInfo.InvariantCulture);

    public static int Number(string text) => DateOnly.ParseExact(text, Format, CultureInfo.InvariantCulture).DayNumber;
}
